// The list of the queue: rows are patched where they stand, and never move under a cursor or beside a focus.
//
//   import { list } from "./list.js";
//   list.subscribe({ entry(entry, row), changed(), merged(rows), snapshot(answer) })  → a function that ends it
//   list.rowOf(id) · list.entryOf(id) · list.add(rows) · list.replace(rows) · list.merge() · list.snapshot()
//
// Where nobody is busy with the list (no pointer over it, no focus in it, no hand on mouse or keyboard for a while) a new row
// stands in it at once, and a changed order is taken up after a moment. Else both wait: "3 new", "order changed"; until
// somebody asks for them, or has left.

import { arrange } from "./laying.js";
import { matches } from "./matches.js";
import { comparison } from "./order.js";
import { ask, data, say, setServerTime, soon, words } from "./page.js";
import { isQuiet } from "./quiet.js";
import { fill, make, toggle } from "./rows.js";
import { onTick } from "./ticker.js";

// Rows that change places again and again are hard to read, and every new one is a frame that is laid out.
const MERGE_SECONDS = 5;
const NEW_MILLISECONDS = 100;
// News is said aloud, but not every time that its number grows.
const SAY_MILLISECONDS = 4000;
const PAGE = 200;

const rows = document.querySelector("[data-fl-rows]");
const news = document.querySelector("[data-fl-news]");
const newsText = document.querySelector("[data-fl-news-text]");
const said = document.createElement("p");
const compare = comparison(data.view.sort);

const entries = new Map();
const index = new Map();
const dirty = new Set();
const unseen = new Set();
// What is not where it belongs: the rows between and around them stand in order.
const misplaced = new Set();
const gone = new Set();
const listeners = new Set();
let waiting = 0;
let frame = 0;
let lastMerged = 0;
let lastBrought = 0;
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
  bringSoon();
  showNews();
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
  const away = !belongs(entry);
  mark(row, away);
  const before = steadyBeside(row, "previousElementSibling");
  const after = steadyBeside(row, "nextElementSibling");
  const stands = !away && (!before || compare(before, entry) <= 0) && (!after || compare(entry, after) <= 0);
  if (away || stands) misplaced.delete(entry.incident_id);
  else misplaced.add(entry.incident_id);
}

function mark(row, away) {
  toggle(row, "fl-row-gone", away);
  if (away) gone.add(row.dataset.flId);
  else gone.delete(row.dataset.flId);
}

const isSteady = (row) => !misplaced.has(row.dataset.flId) && !row.classList.contains("fl-row-gone");
const order = { compare, isSteady, entryOf: (row) => entries.get(row.dataset.flId) };

/** The entry of the next row, on this side, that is where it belongs. */
function steadyBeside(row, side) {
  let other = row[side];
  while (other && !isSteady(other)) other = other[side];
  return entries.get(other?.dataset.flId);
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
  if (!isKnown()) await snapshot();
  const open = rows.querySelector("[aria-current=true]");
  for (const row of rows.querySelectorAll(".fl-row-gone")) {
    // The one beside the list stays in it: one would not find back otherwise.
    if (row !== open && !row.matches("[aria-selected=true]") && !row.contains(document.activeElement)) drop(row);
  }
  arrange(rows, [...[...misplaced].map(rowOf).filter(Boolean), ...fresh()], order);
  misplaced.clear();
  gone.clear();
  laidOut();
}

/** Brings what is new, at most so many times a second, unless somebody is busy with the list. */
function bringSoon() {
  // Among rows of which nothing is known yet it would have no place; what they are is asked for already.
  if (planned || !unseen.size || !isQuiet(rows) || !isKnown()) return;
  const pause = lastBrought + NEW_MILLISECONDS - performance.now();
  if (pause <= 0) return void bring();
  planned = setTimeout(() => {
    planned = 0;
    if (unseen.size && isQuiet(rows) && isKnown()) bring();
  }, pause);
}

const isKnown = () => [...rows.children].every((row) => entries.has(row.dataset.flId));

function bring() {
  lastBrought = performance.now();
  arrange(rows, fresh(), order);
  laidOut();
}

/** Rows for what is new; it is new no more. */
function fresh() {
  const made = [...unseen].map((incidentId) => make(entries.get(incidentId)));
  for (const row of made) index.set(row.dataset.flId, row);
  unseen.clear();
  return made;
}

function laidOut() {
  document.querySelector("[data-fl-empty]").hidden = rows.children.length > 0;
  showNews();
  tell("merged", [...rows.children]);
}

function drop(row) {
  for (const known of [entries, index, misplaced]) known.delete(row.dataset.flId);
  row.remove();
}

onTick(() => {
  const changed = misplaced.size + gone.size > 0 && performance.now() - lastMerged > MERGE_SECONDS * 1000;
  if ((!changed && !unseen.size) || !isQuiet(rows)) return;
  if (changed) merge();
  else bringSoon();
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
  mark(row, true);
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
  add(more) {
    for (const row of more) unseen.delete(row.dataset.flId);
    rows.append(...more.filter((row) => !rowOf(row.dataset.flId)));
    showNews();
    snapshotSoon();
  },
  /** Other rows instead of these. */
  replace(others) {
    for (const known of [entries, index, unseen, misplaced, gone]) known.clear();
    rows.replaceChildren(...others);
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
