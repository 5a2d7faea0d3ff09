// The queue: rows patched in place from live data, one incident beside them, everything within reach of the keyboard.

import "./attach.js";
import { openBulk } from "./console/bulk.js";
import { currentRow, focusedRow, rove, step } from "./console/cursor.js";
import { onKeys, showHelp, showState } from "./console/frame.js";
import { list } from "./console/list.js";
import { listen } from "./console/live.js";
import { ask, data, parse, say, soon, toast, words } from "./console/page.js";
import { offer, openPalette } from "./console/palette.js";
import { learn, markRow } from "./console/presence.js";
import * as selection from "./console/selection.js";
import * as split from "./console/split.js";
import { startTicking } from "./console/ticker.js";

const { rows, rowOf } = list;
const filters = document.querySelector("[data-fl-filters]");

// ---- rows

function showCounts(tabs) {
  for (const [tab, count] of Object.entries(tabs)) {
    for (const place of document.querySelectorAll(`[data-fl-count="${CSS.escape(tab)}"]`)) {
      const text = String(count);
      if (place.textContent !== text) place.textContent = text;
      if (tab === "risk") place.classList.toggle("fl-ink-bad", count > 0);
    }
  }
}

const countSoon = soon(async () => {
  const answer = await ask(list.address("counts.json")).catch(() => null);
  if (answer?.ok) showCounts(answer.json.tabs);
}, 1000);

list.subscribe({
  changed: countSoon,
  snapshot: (answer) => showCounts(answer.tabs),
  merged: () => {
    rove(currentRow(), false);
    split.mark();
    selection.shown();
  },
});

/** Adds what stands behind "Load more"; the rows that are new, null if nobody answered. */
async function bring(link) {
  link.setAttribute("aria-busy", "true");
  const answer = await ask(link.href).catch(() => null);
  if (!answer?.ok) {
    link.removeAttribute("aria-busy");
    toast(words.away);
    return null;
  }
  const body = parse(answer.text);
  const fresh = [...body.querySelectorAll(".fl-row")].filter((row) => !rowOf(row.dataset.flId));
  list.add(fresh);
  const more = body.querySelector("[data-fl-more]");
  document.querySelector("[data-fl-more-place]").replaceChildren(...(more ? [more] : []));
  rove(currentRow(), false);
  return fresh;
}

async function loadMore(link) {
  const fresh = await bring(link);
  if (fresh?.length) rove(fresh[0], true);
  selection.shown();
}

/** Loads and selects what the view shows, as many as one action is asked for. */
async function selectWhole(button) {
  button.setAttribute("aria-busy", "true");
  const more = () => document.querySelector("[data-fl-more]");
  while (more() && rows.children.length < selection.MOST && (await bring(more())));
  button.removeAttribute("aria-busy");
  selection.chooseLoaded();
  rove(currentRow(), true);
}

// ---- what keys and commands mean

/** The row that is meant: the focused one, else the one that is open, else the one that Tab reaches. */
const meant = () => focusedRow() ?? (split.opened() && rowOf(split.opened().incidentId)) ?? currentRow();

function move(by) {
  const next = step(by, split.opened() && rowOf(split.opened().incidentId));
  if (next && split.opened() && split.isWide()) showSoon();
}

const showSoon = soon(() => { if (currentRow()) split.show(currentRow(), { keepFocus: true }); }, 180);

async function assignToMe(row) {
  const number = row.dataset.flNumber;
  const body = new URLSearchParams({ to: "me", once: crypto.randomUUID?.() ?? String(Math.random()) });
  const answer = await ask(`/console/incidents/${encodeURIComponent(number)}/assign`, { method: "POST", body }).catch(() => null);
  if (!answer) return toast(words.away);
  if (!answer.ok) return toast(answer.status === 401 ? words.sign_in : words.failed);
  toast(say(words.assigned, { number }));
  if (split.opened()?.incidentId === row.dataset.flId) split.opened().refresh();
  return undefined;
}

/** An action over several; what could not be done stays selected. */
function onMany(action, numbers, preset = {}) {
  openBulk(action, numbers, preset, (done) => {
    selection.choose(selection.selected().filter((number) => !done.includes(number)));
    if (done.includes(split.opened()?.article.dataset.flNumber)) split.opened().refresh();
  });
}

/** What can be done now, and to what: to the selection if there is one, else to the row that is meant. */
function possible() {
  const numbers = selection.selected();
  const row = meant();
  if (numbers.length) {
    return {
      about: numbers.length === 1 ? numbers[0] : say(words.selected, { num: numbers.length }),
      acts: {
        assign_me: () => onMany("assign", numbers, { person: data.me }),
        assign: () => onMany("assign", numbers),
        prioritize: () => onMany("prioritize", numbers),
        hold: () => onMany("hold", numbers),
        resolve: () => onMany("resolve", numbers),
        macro: () => onMany("macro", numbers),
        help: showHelp,
      },
    };
  }
  if (!row) return { about: "", acts: { help: showHelp } };
  const begin = (mode) => () => split.show(row, { mode });
  return {
    about: [row.dataset.flNumber, row.querySelector("[data-fl=title]").textContent].join(" "),
    acts: {
      assign_me: () => assignToMe(row),
      reply: begin("reply"),
      note: begin("note"),
      hold: begin("hold"),
      resolve: begin("resolve"),
      assign: () => onMany("assign", [row.dataset.flNumber]),
      prioritize: () => onMany("prioritize", [row.dataset.flNumber]),
      macro: () => onMany("macro", [row.dataset.flNumber]),
      actions: () => openPalette({ acts: true }),
      open: () => split.show(row),
      help: showHelp,
    },
  };
}

offer(possible);
const act = (name) => () => possible().acts[name]?.();

function select() {
  const row = focusedRow() ?? currentRow();
  if (!row) return;
  selection.toggle(row);
  rove(row, true);
}

onKeys({
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => (focusedRow() ? move(1) : false),
  ArrowUp: () => (focusedRow() ? move(-1) : false),
  Enter: (event) => (focusedRow() && !event.target.matches("input") ? void split.show(focusedRow()) : false),
  r: act("reply"),
  n: act("note"),
  a: act("assign_me"),
  h: act("hold"),
  e: act("resolve"),
  x: select,
  ".": () => openPalette({ acts: true }),
  "/": () => filters.elements.query.focus(),
  "?": showHelp,
  Escape: (event) => {
    if (event.target.matches("textarea, select, input:not([type=checkbox])")) return void event.target.blur();
    if (event.target.closest("details[open]")) return false;
    if (selection.selected().length && !split.opened()) return void selection.choose([]);
    return split.close();
  },
});

// ---- wiring

rows.addEventListener("click", (event) => {
  const row = event.target.closest(".fl-row");
  if (!row || event.target.closest(".fl-cell-pick")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  rove(row, false);
  split.show(row);
});

document.querySelector("[data-fl-bulk-bar]").addEventListener("submit", (event) => {
  event.preventDefault();
  onMany(event.submitter.value, selection.selected());
});

document.querySelector("[data-fl-pick-whole]").addEventListener("click", (event) => selectWhole(event.currentTarget));

document.querySelector("[data-fl-show-new]").addEventListener("click", async () => {
  await list.merge();
  rows.closest(".fl-list").scrollTo({ top: 0 });
  if (!document.activeElement || document.activeElement === document.body) rove(rows.firstElementChild, true);
});

document.querySelector("[data-fl-more-place]").addEventListener("click", (event) => {
  const link = event.target.closest("[data-fl-more]");
  if (!link) return;
  event.preventDefault();
  loadMore(link);
});

filters.elements.sort.addEventListener("change", () => filters.requestSubmit());
// Fields that say nothing need not stand in the address.
filters.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});
document.querySelector("[data-fl-tabs] [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

rove(rows.firstElementChild, false);
split.begins();
startTicking();
listen({ queue: true }, {
  state: showState,
  snapshot: list.snapshot,
  queue_entry: list.take,
  presence(told) {
    learn(told);
    const row = rowOf(told.incident_id);
    if (row) markRow(row);
  },
});
