// The queue: rows patched in place from live data, one incident beside them, everything within reach of the keyboard.

import { onKeys, showHelp, showState } from "./console/frame.js";
import { enliven } from "./console/incident.js";
import { listen } from "./console/live.js";
import { matches } from "./console/matches.js";
import { ask, data, parse, say, setServerTime, soon, toast, words } from "./console/page.js";
import { fill } from "./console/rows.js";
import { startTicking } from "./console/ticker.js";

const rows = document.querySelector("[data-fl-rows]");
const split = document.querySelector("[data-fl-split]");
const pane = document.querySelector("[data-fl-pane]");
const news = document.querySelector("[data-fl-news]");
const filters = document.querySelector("[data-fl-filters]");
const wide = matchMedia("(min-width: 64rem)");
const unseen = new Set();
let open = null;
let current = null;

// ---- rows

const rowOf = (incidentId) => rows.querySelector(`[data-fl-id="${CSS.escape(incidentId)}"]`);

/** Rows stay where they are; one that is new waits until it is asked for. */
function take(entry) {
  const row = rowOf(entry.incident_id);
  if (row) fill(row, entry);
  else if (matches(entry, data.view, data.me)) unseen.add(entry.incident_id);
  else unseen.delete(entry.incident_id);
  if (!(entry.tenant_id in data.tenants)) snapshotSoon();
  showNews();
  countSoon();
}

function showNews() {
  news.hidden = unseen.size === 0;
  const text = unseen.size === 1 ? words.one_new : say(words.new, { num: unseen.size });
  document.querySelector("[data-fl-news-text]").textContent = text;
}

function showCounts(tabs) {
  for (const [tab, count] of Object.entries(tabs)) {
    const place = document.querySelector(`[data-fl-count="${tab}"]`);
    if (!place) continue;
    place.textContent = count;
    if (tab === "risk") place.classList.toggle("fl-ink-bad", count > 0);
  }
}

const dataAddress = (name, more = {}) => {
  const query = new URLSearchParams(location.search);
  for (const each of ["open", "after", "lang"]) query.delete(each);
  for (const [key, value] of Object.entries(more)) query.set(key, value);
  return `/console/${name}?${query}`;
};

const countSoon = soon(async () => {
  const answer = await ask(dataAddress("counts.json")).catch(() => null);
  if (answer?.ok) showCounts(answer.json.tabs);
}, 1000);

/** Asks for the rows as they stand: after a gap, and once after the page was made. */
async function snapshot() {
  const size = Math.min(200, Math.max(50, rows.children.length));
  const answer = await ask(dataAddress("queue.json", { size })).catch(() => null);
  if (!answer?.ok) return;
  Object.assign(data.tenants, answer.json.tenants);
  setServerTime(answer.json.now);
  const there = new Set();
  for (const entry of answer.json.entries) {
    there.add(entry.incident_id);
    const row = rowOf(entry.incident_id);
    if (row) fill(row, entry);
    else unseen.add(entry.incident_id);
  }
  if (answer.json.complete) {
    for (const row of rows.children) row.classList.toggle("fl-row-gone", !there.has(row.dataset.flId));
  }
  showCounts(answer.json.tabs);
  showNews();
}

const snapshotSoon = soon(snapshot, 300);

/** Lays the list out anew, from its beginning. */
async function renew() {
  const answer = await ask(dataAddress("").replace("/console/?", "/console?")).catch(() => null);
  if (!answer?.ok) return toast(words.away);
  const body = parse(answer.text);
  const more = body.querySelector("[data-fl-more]");
  document.querySelector("[data-fl-more-place]").replaceChildren(...(more ? [more] : []));
  rows.replaceChildren(...body.querySelectorAll(".fl-row"));
  document.querySelector("[data-fl-empty]").hidden = rows.children.length > 0;
  unseen.clear();
  showNews();
  mark(open?.incidentId);
  rove(rows.firstElementChild, false);
  rows.closest(".fl-list").scrollTo({ top: 0 });
  snapshotSoon();
}

async function loadMore(link) {
  link.setAttribute("aria-busy", "true");
  const answer = await ask(link.href).catch(() => null);
  if (!answer?.ok) return toast(words.away);
  const body = parse(answer.text);
  const fresh = [...body.querySelectorAll(".fl-row")].filter((row) => !rowOf(row.dataset.flId));
  for (const row of fresh) unseen.delete(row.dataset.flId);
  rows.append(...fresh);
  const more = body.querySelector("[data-fl-more]");
  document.querySelector("[data-fl-more-place]").replaceChildren(...(more ? [more] : []));
  rove(current, false);
  if (fresh.length) rove(fresh[0], true);
  showNews();
}

// ---- moving about

/** One row of the grid can be reached by Tab; keys move among them. */
function rove(row, focus) {
  for (const each of rows.children) {
    each.tabIndex = -1;
    each.querySelector("a").tabIndex = -1;
  }
  current = row && rows.contains(row) ? row : rows.firstElementChild;
  if (!current) return;
  current.tabIndex = 0;
  if (focus) {
    current.focus({ preventScroll: true });
    current.scrollIntoView({ block: "nearest" });
  }
}

function move(step) {
  const focused = rows.contains(document.activeElement) ? document.activeElement.closest(".fl-row") : null;
  const from = focused ?? (open && rowOf(open.incidentId));
  const next = from ? (step > 0 ? from.nextElementSibling : from.previousElementSibling) : current;
  if (!next) return;
  rove(next, true);
  if (open && wide.matches) showSoon();
}

const showSoon = soon(() => { if (current) show(current, { keepFocus: true }); }, 180);

function mark(incidentId) {
  for (const row of rows.children) {
    if (row.dataset.flId === incidentId) row.setAttribute("aria-selected", "true");
    else row.removeAttribute("aria-selected");
  }
}

/** Opens the incident of a row beside the queue; on a small screen it gets a page of its own. */
async function show(row, { keepFocus = false, mode = "" } = {}) {
  const number = row.dataset.flNumber;
  const address = `/console/incidents/${encodeURIComponent(number)}`;
  if (!wide.matches) return location.assign(address);
  if (open?.incidentId === row.dataset.flId) return focusPane(keepFocus, mode);
  const answer = await ask(`${address}?heading=2`).catch(() => null);
  if (!answer?.ok) return toast(answer?.status === 401 ? words.sign_in : words.away);
  if (keepFocus && current !== row) return;
  settle(parse(answer.text).querySelector("article"));
  const query = new URLSearchParams(location.search);
  query.delete("after");
  query.set("open", number);
  history.replaceState(null, "", `/console?${query}`);
  focusPane(keepFocus, mode);
}

function focusPane(keepFocus, mode) {
  if (mode) open.compose(mode);
  else if (!keepFocus) open.article.querySelector("#fl-incident-title").focus({ preventScroll: true });
}

/** Puts an article into the pane and listens to it. */
function settle(article) {
  open?.close();
  pane.replaceChildren(article);
  pane.hidden = false;
  split.classList.add("fl-split-open");
  open = enliven(article, () => {});
  mark(open.incidentId);
  rowOf(open.incidentId)?.scrollIntoView({ block: "nearest" });
}

function closePane() {
  if (!open) return false;
  const row = rowOf(open.incidentId);
  open.close();
  open = null;
  pane.replaceChildren();
  pane.hidden = true;
  split.classList.remove("fl-split-open");
  mark("");
  const query = new URLSearchParams(location.search);
  query.delete("open");
  history.replaceState(null, "", query.size ? `/console?${query}` : "/console");
  rove(row ?? current, true);
  return true;
}

/** The row that a key means: the focused one, else the one that is open, else the first. */
const meant = () => rows.querySelector(".fl-row:focus-within") ?? (open && rowOf(open.incidentId)) ?? current;

async function assignToMe() {
  const row = meant();
  if (!row) return;
  const number = row.dataset.flNumber;
  const body = new URLSearchParams({ to: "me", once: crypto.randomUUID?.() ?? String(Math.random()) });
  const answer = await ask(`/console/incidents/${encodeURIComponent(number)}/assign`, { method: "POST", body }).catch(() => null);
  if (!answer) return toast(words.away);
  if (!answer.ok) return toast(answer.status === 401 ? words.sign_in : words.failed);
  toast(say(words.assigned, { number }));
  if (open?.incidentId === row.dataset.flId) open.refresh();
}

// ---- wiring

rows.addEventListener("click", (event) => {
  const row = event.target.closest(".fl-row");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  rove(row, false);
  show(row);
});

rows.addEventListener("focusin", (event) => {
  const row = event.target.closest(".fl-row");
  if (row && row !== current) rove(row, false);
});

pane.addEventListener("click", (event) => {
  if (!event.target.closest("[data-fl-close]")) return;
  event.preventDefault();
  closePane();
});

document.querySelector("[data-fl-show-new]").addEventListener("click", renew);
document.querySelector("[data-fl-more-place]").addEventListener("click", (event) => {
  const link = event.target.closest("[data-fl-more]");
  if (!link) return;
  event.preventDefault();
  loadMore(link);
});

filters.querySelector("[data-fl-apply]").hidden = true;
for (const field of filters.querySelectorAll("select")) field.addEventListener("change", () => filters.requestSubmit());
// Fields that say nothing need not stand in the address.
filters.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});

onKeys({
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => (rows.contains(document.activeElement) ? move(1) : false),
  ArrowUp: () => (rows.contains(document.activeElement) ? move(-1) : false),
  Enter: () => (rows.contains(document.activeElement) ? void show(current) : false),
  r: () => { const row = meant(); if (row) show(row, { mode: "reply" }); },
  n: () => { const row = meant(); if (row) show(row, { mode: "note" }); },
  a: assignToMe,
  "/": () => filters.elements.query.focus(),
  "?": showHelp,
  Escape: (event) => {
    if (event.target.matches("textarea, input, select")) return void event.target.blur();
    if (event.target.closest("details[open]")) return false;
    return closePane();
  },
});

rove(rows.firstElementChild, false);
const opened = pane.querySelector("article");
if (opened) {
  open = enliven(opened, () => {});
  mark(open.incidentId);
  rowOf(open.incidentId)?.scrollIntoView({ block: "center" });
}
startTicking();
listen(`${data.live}/live/queue`, { state: showState, snapshot: snapshotSoon, queue_entry: take });
