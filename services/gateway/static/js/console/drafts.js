// What somebody is writing, kept on this device for each incident and mode until it is sent.

const DAYS = 30 * 24 * 3600 * 1000;
const key = (incidentId, mode) => `fl-draft:${incidentId}:${mode}`;

export function load(incidentId, mode) {
  try {
    return JSON.parse(localStorage.getItem(key(incidentId, mode)) ?? "{}").text ?? "";
  } catch {
    return "";
  }
}

/** Keeps a text; false when this browser keeps nothing. */
export function keep(incidentId, mode, text) {
  try {
    if (text) localStorage.setItem(key(incidentId, mode), JSON.stringify({ text, time: Date.now() }));
    else localStorage.removeItem(key(incidentId, mode));
    return true;
  } catch {
    return false;
  }
}

/** Forgets drafts that nobody came back to. */
export function sweep() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith("fl-draft:")) continue;
      const { time } = JSON.parse(localStorage.getItem(name));
      if (!time || Date.now() - time > DAYS) localStorage.removeItem(name);
    }
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
