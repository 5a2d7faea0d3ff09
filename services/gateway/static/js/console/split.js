// One incident beside the queue. The address says which, so that Back closes it and a reload finds it again.

import { currentRow, rove } from "./cursor.js";
import { enliven } from "./incident.js";
import { list } from "./list.js";
import { ask, parse, toast, words } from "./page.js";

const { rows, rowOf } = list;
const split = document.querySelector("[data-fl-split]");
const pane = document.querySelector("[data-fl-pane]");
const wide = matchMedia("(min-width: 64rem)");
let open = null;
// Back is under way: another one would leave the queue.
let leaving = false;

/** What is open: {article, incidentId, refresh, close, compose}, or null. */
export const opened = () => open;

/** Whether there is room for two. */
export const isWide = () => wide.matches;

/** Opens the incident of a row; on a small screen it gets a page of its own. mode: what to begin with ("reply", "hold"). */
export async function show(row, { keepFocus = false, mode = "" } = {}) {
  const number = row.dataset.flNumber;
  const address = `/console/incidents/${encodeURIComponent(number)}`;
  if (!wide.matches) return location.assign(mode ? `${address}#${mode}` : address);
  if (open?.incidentId === row.dataset.flId) return begin(keepFocus, mode);
  const article = await fetchArticle(address);
  if (!article || (keepFocus && currentRow() !== row)) return undefined;
  const query = new URLSearchParams(location.search);
  query.delete("after");
  query.set("open", number);
  // Going through the list leaves one step in the history, not one for each.
  if (open) history.replaceState(history.state, "", `/console?${query}`);
  else history.pushState({ flOpened: true }, "", `/console?${query}`);
  settle(article);
  return begin(keepFocus, mode);
}

async function fetchArticle(address) {
  const answer = await ask(`${address}?heading=2`).catch(() => null);
  if (answer?.ok) return parse(answer.text).querySelector("article");
  toast(answer?.status === 401 ? words.sign_in : words.away);
  return null;
}

function begin(keepFocus, mode) {
  if (mode) compose(open, mode);
  else if (!keepFocus) open.article.querySelector("#fl-incident-title").focus({ preventScroll: true });
}

/** Opens the place in an incident where something is done: the composer, or the sheet of an action. */
export function compose(incident, mode) {
  if (mode === "reply" || mode === "note") return incident.compose(mode);
  const sheet = incident.article.querySelector(`[data-fl-opens="${CSS.escape(mode)}"]`);
  if (!sheet) return toast(words.not_now);
  sheet.open = true;
  sheet.scrollIntoView({ block: "nearest" });
  return sheet.querySelector("select, textarea, input:not([type=hidden])")?.focus();
}

/** Puts an article into the pane and listens to it. */
function settle(article) {
  open?.close();
  pane.replaceChildren(article);
  pane.hidden = false;
  split.classList.add("fl-split-open");
  wearClient(article.dataset.flTenant);
  open = enliven(article, () => {});
  mark();
  rowOf(open.incidentId)?.scrollIntoView({ block: "nearest" });
}

/** The stripe in the client's color; its style sheet comes when it is first needed. */
function wearClient(tenantId) {
  pane.className = "fl-pane";
  if (!tenantId) return;
  pane.classList.add(`fl-client-${tenantId}`);
  const address = `/console/clients/${encodeURIComponent(tenantId)}/brand.css`;
  if (document.head.querySelector(`link[href="${address}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  document.head.append(link);
}

/** Marks the row of what is open. */
export function mark() {
  for (const row of rows.querySelectorAll("[aria-current]")) {
    if (row.dataset.flId !== open?.incidentId) row.removeAttribute("aria-current");
  }
  if (open) rowOf(open.incidentId)?.setAttribute("aria-current", "true");
}

/** Closes it as Back would; false when nothing is open. */
export function close() {
  if (!open) return false;
  if (leaving) return true;
  leaving = Boolean(history.state?.flOpened);
  if (leaving) history.back();
  else {
    const query = new URLSearchParams(location.search);
    query.delete("open");
    history.replaceState(null, "", query.size ? `/console?${query}` : "/console");
    shut();
  }
  return true;
}

function shut() {
  const row = rowOf(open.incidentId);
  open.close();
  open = null;
  pane.replaceChildren();
  pane.hidden = true;
  pane.className = "fl-pane";
  split.classList.remove("fl-split-open");
  mark();
  rove(row ?? currentRow(), true);
}

addEventListener("popstate", async () => {
  leaving = false;
  const number = new URLSearchParams(location.search).get("open");
  if (!number) return open && shut();
  if (open?.article.dataset.flNumber === number) return undefined;
  const article = await fetchArticle(`/console/incidents/${encodeURIComponent(number)}`);
  if (article) settle(article);
  return undefined;
});

pane.addEventListener("click", (event) => {
  if (!event.target.closest("[data-fl-close]")) return;
  event.preventDefault();
  close();
});

/** Takes over what the server has opened already. */
export function begins() {
  const article = pane.querySelector("article");
  if (!article) return;
  open = enliven(article, () => {});
  mark();
  rowOf(open.incidentId)?.scrollIntoView({ block: "center" });
}
