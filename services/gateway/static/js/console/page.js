// What the page was given, and the little that every script of the console needs.

export const data = JSON.parse(document.getElementById("fl-console-data").textContent);
export const words = data.words;

let skew = Date.parse(data.now) - Date.now();

/** The server's time in milliseconds: a wrong clock on a desk must not make an incident late. */
export const serverNow = () => Date.now() + skew;

/** Learns the server's time again, from something that was just sent. */
export function setServerTime(text) {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) skew = time - Date.now();
}

/** Fills "%(name)s" in a text. */
export const say = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/** Asks for a part of a page, or posts. Answers {status, ok, text, json}; throws TypeError when nobody answers. */
export async function ask(address, options = {}) {
  const answer = await askOnce(address, options);
  if (answer.json?.reason !== "csrf_token_invalid") return answer;
  // The session ended. Whoever signed in again in another tab, as the same person, goes on here with its token.
  const fresh = await askOnce("/console/counts.json");
  if (!fresh.ok || fresh.json.me !== data.me) return { ...answer, status: 401 };
  data.csrf = fresh.json.csrf;
  return askOnce(address, options);
}

async function askOnce(address, options = {}) {
  const headers = { "HX-Request": "true", ...(options.body ? { "X-CSRF-Token": data.csrf } : {}) };
  const response = await fetch(address, { credentials: "same-origin", ...options, headers });
  const text = await response.text();
  const type = response.headers.get("Content-Type") ?? "";
  return { status: response.status, ok: response.ok, text, json: type.includes("json") ? JSON.parse(text) : null };
}

let hiding;

/** A line at the bottom of the page, for a while. */
export function toast(text) {
  const place = document.querySelector("[data-fl-toast]");
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { place.hidden = true; }, 6000);
}

/** Nodes of an answer of ours; escaped where it was made. */
export const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;

/** Sets an icon of the sprite. */
export function setIcon(place, name) {
  const use = place.querySelector("use");
  const address = `${data.icons}#${name}`;
  if (use && use.getAttribute("href") !== address) use.setAttribute("href", address);
}

/** Runs a task soon, once, however often it is asked for. */
export function soon(task, milliseconds) {
  let waiting = 0;
  return () => {
    if (waiting) return;
    waiting = setTimeout(() => { waiting = 0; task(); }, milliseconds);
  };
}
