// What somebody is writing, kept on this device for each person, incident and mode until it is sent. Signing out forgets
// everything (../page.js), and nobody else's is kept in a browser that one signs in to.

import { data } from "./page.js";

const DAYS = 30 * 24 * 3600 * 1000;
const MINE = `fl-draft:${data.me}:`;
const key = (incidentId, mode) => `${MINE}${incidentId}:${mode}`;

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

/** Forgets drafts that nobody came back to, and those of whoever was here before. */
export function sweep() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith("fl-draft:")) continue;
      const time = name.startsWith(MINE) ? JSON.parse(localStorage.getItem(name)).time : 0;
      if (!time || Date.now() - time > DAYS) localStorage.removeItem(name);
    }
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
