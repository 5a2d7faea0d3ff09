// The list of the queue: rows are patched where they stand, and never move under a cursor or beside a focus.
//
//   import { list } from "./list.js";
//   list.subscribe({ entry(entry, row), changed(), merged(rows), snapshot(answer) })  → a function that ends it
//   list.rowOf(id) · list.entryOf(id) · list.add(rows) · list.replace(rows) · list.merge() · list.snapshot()
//
// What is new, or would stand elsewhere, waits: "3 new", "order changed". It is merged when somebody asks for it, or when
// nobody is busy with the list: no pointer over it, no focus in it, and no hand on mouse or keyboard for a while.

import { matches } from "./matches.js";
import { comparison, staying } from "./order.js";
import { ask, data, say, setServerTime, soon, words } from "./page.js";
import { fill, make, toggle } from "./rows.js";
import { onTick } from "./ticker.js";

const IDLE_SECONDS = 10;
// Laying out five hundred rows costs a few frames. A changed order waits for that; what is new comes sooner, but laying
// out may take a tenth of the time at the most.
const MERGE_SECONDS = 5;
const NEW_MILLISECONDS = 150;
const MERGE_SHARE = 0.1;
// News is said aloud, but not every time that its number grows.
const SAY_MILLISECONDS = 4000;
const PAGE = 200;

const rows = document.querySelector("[data-fl-rows]");
const scroller = rows.closest(".fl-list");
const news = document.querySelector("[data-fl-news]");
const newsText = document.querySelector("[data-fl-news-text]");
const said = document.createElement("p");
const compare = comparison(data.view.sort);

const entries = new Map();
const index = new Map();
const dirty = new Set();
const unseen = new Set();
const misplaced = new Set();
const listeners = new Set();
let waiting = 0;
let frame = 0;
let lastTouched = performance.now();
let lastMerged = 0;
let mergeCost = 0;
let planned = 0;

const tell = (name, ...values) => { for (const each of [...listeners]) each[name]?.(...values); };
const belongs = (entry) => matches(entry, data.view, data.me);
const isWhole = () => document.querySelector("[data-fl-more]") === null;

function rowOf(incidentId) {
  const known = index.get(incidentId);
  if (known?.parentNode === rows && known.dataset.flId === incidentId) return known;
  const row = rows.querySelector(`[data-fl-id="${CSS.escape(incidentId)}"]`);
  if (row) index.set(incidentId, row);
  else index.delete(incidentId);
  return row;
}

// ---- what comes live

/** An entry as it came. Many in one moment are drawn at once, each as it was last. */
function take(entry) {
  const known = entries.get(entry.incident_id);
  if (known && known.revision > entry.revision) return;
  entries.set(entry.incident_id, entry);
  dirty.add(entry.incident_id);
  if (!(entry.tenant_id in data.tenants)) snapshotSoon();
  if (waiting) return;
  // A tab that nobody sees draws no frames.
  waiting = setTimeout(draw, 250);
  frame = requestAnimationFrame(draw);
}

function draw() {
  clearTimeout(waiting);
  cancelAnimationFrame(frame);
  waiting = 0;
  for (const incidentId of dirty) {
    const entry = entries.get(incidentId);
    const row = rowOf(incidentId);
    if (row) {
      fill(row, entry);
      place(row, entry);
    } else if (belongs(entry) && isWithin(entry)) unseen.add(incidentId);
    else forget(incidentId);
    tell("entry", entry, row);
  }
  dirty.clear();
  showNews();
  mergeSoon();
  tell("changed");
}

function forget(incidentId) {
  unseen.delete(incidentId);
  entries.delete(incidentId);
}

/** Whether it would stand among the rows that were loaded, and not below them. */
function isWithin(entry) {
  if (isWhole() || !rows.lastElementChild) return true;
  const last = entries.get(rows.lastElementChild.dataset.flId);
  return !last || compare(entry, last) < 0;
}

/** Marks a row that left the view, or stands where it would not stand any more. */
function place(row, entry) {
  const gone = !belongs(entry);
  toggle(row, "fl-row-gone", gone);
  const before = entries.get(row.previousElementSibling?.dataset.flId);
  const after = entries.get(row.nextElementSibling?.dataset.flId);
  const stands = !gone && (!before || compare(before, entry) <= 0) && (!after || compare(entry, after) <= 0);
  if (gone || stands) misplaced.delete(entry.incident_id);
  else misplaced.add(entry.incident_id);
}

// ---- news

function newsWords() {
  const parts = [];
  if (unseen.size) parts.push(unseen.size === 1 ? words.one_new : say(words.new, { num: unseen.size }));
  if (misplaced.size) parts.push(words.order_changed);
  return parts.join(" · ");
}

function showNews() {
  const text = newsWords();
  if (news.hidden !== !text) news.hidden = !text;
  if (newsText.textContent !== text) newsText.textContent = text;
  sayNews();
}

const sayNews = soon(() => { if (said.textContent !== newsWords()) said.textContent = newsWords(); }, SAY_MILLISECONDS);

// ---- merging

/** Lays the rows out as they belong: new ones come, moved ones move, those of another view go. */
async function merge() {
  lastMerged = performance.now();
  if ([...rows.children].some((row) => !entries.has(row.dataset.flId))) await snapshot();
  const open = rows.querySelector("[aria-current=true]");
  const wanted = [];
  for (const row of [...rows.children]) {
    const entry = entries.get(row.dataset.flId);
    // The one beside the list stays in it: one would not find back otherwise.
    if (!entry || belongs(entry) || row === open || row.matches("[aria-selected=true]") || row.contains(document.activeElement)) wanted.push(row);
    else drop(row);
  }
  for (const incidentId of unseen) {
    const row = make(entries.get(incidentId));
    index.set(incidentId, row);
    wanted.push(row);
  }
  unseen.clear();
  misplaced.clear();
  arrange(wanted);
  document.querySelector("[data-fl-empty]").hidden = rows.children.length > 0;
  showNews();
  tell("merged", [...rows.children]);
  // The browser lays out after us: only the frame after the next one knows what it cost.
  requestAnimationFrame(() => setTimeout(() => { mergeCost = performance.now() - lastMerged; }));
}

/** Brings what is new as soon as nobody is busy with the list and the last time is paid for. */
function mergeSoon() {
  if (planned || !unseen.size || !isQuiet()) return;
  const pause = Math.min(MERGE_SECONDS * 1000, Math.max(NEW_MILLISECONDS, mergeCost / MERGE_SHARE));
  planned = setTimeout(() => {
    planned = 0;
    if (unseen.size && isQuiet()) merge();
  }, Math.max(0, lastMerged + pause - performance.now()));
}

function drop(row) {
  entries.delete(row.dataset.flId);
  index.delete(row.dataset.flId);
  row.remove();
}

/** Moves as few rows as can be; what one reads stays where it is on the screen, and the focus where it was. */
function arrange(wanted) {
  const focus = rows.contains(document.activeElement) ? document.activeElement : null;
  const anchor = focus?.closest(".fl-row") ?? firstInSight();
  const top = anchor?.getBoundingClientRect().top;
  const entryOf = (row) => entries.get(row.dataset.flId);
  const ordered = [...wanted].sort((one, other) => (entryOf(one) && entryOf(other) ? compare(entryOf(one), entryOf(other)) : 0));
  const now = new Map([...rows.children].map((row, place) => [row, place]));
  const old = ordered.filter((row) => now.has(row));
  const stay = new Set([...staying(old.map((row) => now.get(row)))].map((each) => old[each]));
  let next = null;
  for (const row of ordered.reverse()) {
    if (!stay.has(row)) rows.insertBefore(row, next);
    next = row;
  }
  if (focus && document.activeElement !== focus) focus.focus({ preventScroll: true });
  // Asking where something stands makes the browser lay everything out at once: only where somebody reads.
  if (anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - top;
}

function firstInSight() {
  if (scroller.scrollTop === 0) return null;
  const edge = scroller.getBoundingClientRect().top;
  return [...rows.children].find((row) => row.getBoundingClientRect().bottom > edge) ?? null;
}

const hovers = matchMedia("(hover: hover)");

function isBusy() {
  const idle = (performance.now() - lastTouched) / 1000 > Number(rows.dataset.flIdle ?? IDLE_SECONDS);
  return !idle || rows.contains(document.activeElement) || (hovers.matches && scroller.matches(":hover"));
}

const isQuiet = () => (document.hidden ? !rows.contains(document.activeElement) : !isBusy());

for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "touchmove"]) {
  addEventListener(name, () => { lastTouched = performance.now(); }, { passive: true, capture: true });
}
onTick(() => {
  if ((!unseen.size && !misplaced.size) || performance.now() - lastMerged < MERGE_SECONDS * 1000) return;
  if (isQuiet()) merge();
});

// ---- from the server

/** Asks for the rows as they stand: after a gap, and once after the page was made. */
async function snapshot() {
  const there = new Set();
  const wanted = Math.max(50, rows.children.length);
  let answer;
  let after = "";
  do {
    answer = await ask(list.address("queue.json", { size: Math.min(PAGE, wanted - there.size), after })).catch(() => null);
    if (!answer?.ok) return;
    Object.assign(data.tenants, answer.json.tenants);
    Object.assign(data.dots ?? {}, answer.json.dots);
    setServerTime(answer.json.now);
    const before = there.size;
    for (const entry of answer.json.entries) {
      there.add(entry.incident_id);
      take(entry);
    }
    after = answer.json.next ?? "";
    // A place in the list that was not understood begins anew: enough.
    if (after && there.size === before) return;
  } while (after && there.size < wanted);
  // What the server does not list any more has left the view, whatever became of it.
  if (!after) {
    for (const row of rows.children) if (!there.has(row.dataset.flId)) leave(row);
    for (const incidentId of unseen) if (!there.has(incidentId)) forget(incidentId);
  }
  tell("snapshot", answer.json);
}

const snapshotSoon = soon(snapshot, 300);

/** Not granted any more, or gone otherwise: the row says so until the list is laid out anew. */
function leave(row) {
  const entry = entries.get(row.dataset.flId);
  if (entry) entries.set(row.dataset.flId, { ...entry, state: "closed" });
  misplaced.delete(row.dataset.flId);
  toggle(row, "fl-row-gone", true);
}

export const list = {
  rows,
  rowOf,
  entryOf: (incidentId) => entries.get(incidentId),
  take,
  merge,
  snapshot: snapshotSoon,
  /** handlers: entry(entry, row), changed(), merged(rows), snapshot(answer); answers a function that ends it. */
  subscribe(handlers) {
    listeners.add(handlers);
    return () => listeners.delete(handlers);
  },
  /** Rows of a further page, at the end. */
  add(fresh) {
    for (const row of fresh) unseen.delete(row.dataset.flId);
    rows.append(...fresh.filter((row) => !rowOf(row.dataset.flId)));
    showNews();
    snapshotSoon();
  },
  /** Other rows instead of these. */
  replace(fresh) {
    for (const known of [entries, index, unseen, misplaced]) known.clear();
    rows.replaceChildren(...fresh);
    showNews();
    snapshotSoon();
  },
  /** The address of a part of the queue as it is looked at now. */
  address(name, more = {}) {
    const query = new URLSearchParams(location.search);
    for (const each of ["open", "after", "lang"]) query.delete(each);
    for (const [key, value] of Object.entries(more)) if (value) query.set(key, value);
    return `/console/${name}?${query}`;
  },
};

said.className = "fl-hidden";
said.setAttribute("role", "status");
news.after(said);
