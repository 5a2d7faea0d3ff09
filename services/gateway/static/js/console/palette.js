// The command palette: goes to places, finds incidents, and does what the page offers. Ctrl+K everywhere in the console.
//
// A combobox with a list (WAI-ARIA Authoring Practices, "Editable Combobox With List Autocomplete"): the focus stays in the
// field, aria-activedescendant points into the list. A page says what can be done by `offer(() => ({about, acts}))`.

import { fold } from "./fold.js";

const dialog = document.getElementById("fl-palette");
const input = dialog.querySelector("[role=combobox]");
const listbox = dialog.querySelector("[role=listbox]");
const status = dialog.querySelector("[data-fl-palette-status]");
const blank = dialog.querySelector("[data-fl-palette-option]").content.firstElementChild;
const SEARCH_MILLISECONDS = 140;
let offered = () => ({ about: "", acts: {} });
let known = null;
let now = { about: "", acts: {} };
let actsOnly = false;
let found = { incidents: [], records: [] };
let searching = 0;
let asked = "";
let options = [];
let active = -1;
let hasty = false;

/** give() answers {about: what the acts are done to, acts: {id: function}} as they make sense at that moment. */
export function offer(give) {
  offered = give;
}

/** Opens it; with `acts` only what can be done is listed, as a menu. */
export async function openPalette({ acts = false } = {}) {
  if (document.querySelector("dialog[open]")) return;
  now = offered();
  actsOnly = acts;
  found = { incidents: [], records: [] };
  hasty = false;
  asked = input.value = "";
  dialog.showModal();
  input.focus();
  if (!known) {
    listbox.replaceChildren();
    known = await fetch("/console/palette.json").then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    if (!known) return void dialog.close();
  }
  draw();
  // Enter may come before the list does.
  if (hasty) run(active);
}

// ---- what is listed

const matching = (items, words) => items.filter((item) => words.every((word) => fold(item.label).includes(word)));

function groups() {
  const words = fold(input.value).split(/\s+/).filter(Boolean);
  const acts = known.acts.filter((act) => act.id === "theme" || now.acts[act.id]);
  const listed = [[[known.groups.acts, now.about].filter(Boolean).join(": "), matching(acts, words).map(asAct)]];
  if (actsOnly) return listed;
  const places = matching(known.places.filter((place) => words.length || !place.deep), words);
  const clients = words.length ? matching(known.clients, words).slice(0, 8) : [];
  // What was found for fewer letters may not fit any more.
  const parts = fold(input.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const fitting = (items, said) => items.filter((one) => parts.every((word) => fold(said(one)).includes(word)));
  const incidents = fitting(found.incidents, (one) => `${one.number} ${one.title} ${one.requester}`).map(asIncident);
  const records = fitting(found.records, (one) => `${one.label} ${one.more}`).map(asPlace);
  const goes = [[known.groups.places, places.map(asPlace)], [known.groups.clients, clients.map(asPlace)]];
  // Incidents come a moment later: at the end, where they push nothing from under a finger on Enter.
  return [...listed, ...goes, [known.groups.found, words.length ? incidents : []], [known.groups.records, words.length ? records : []]];
}

const asAct = (act) => ({ ...act, run: () => (act.id === "theme" ? switchTheme() : now.acts[act.id]()) });
const asPlace = (place) => ({ ...place, run: () => location.assign(place.address) });
const asIncident = (one) => ({
  label: `${one.number} ${one.title}`,
  more: [one.client, one.requester, one.state].filter(Boolean).join(" · "),
  dot: one.dot,
  run: () => location.assign(incidentAddress(one.number)),
});

/** Beside the queue where there is room for it and the queue is what one looks at, else a page of its own. */
function incidentAddress(number) {
  const beside = location.pathname === "/console" && matchMedia("(min-width: 64rem)").matches;
  if (!beside) return `/console/incidents/${encodeURIComponent(number)}`;
  const query = new URLSearchParams(location.search);
  query.delete("after");
  query.set("open", number);
  return `/console?${query}`;
}

function draw(keep = 0) {
  options = [];
  const parts = groups().filter(([, items]) => items.length).map(([title, items], place) => {
    const part = document.createElement("div");
    const head = document.createElement("div");
    head.className = "fl-palette-group";
    head.id = `fl-palette-group-${place}`;
    head.textContent = title;
    part.setAttribute("role", "group");
    part.setAttribute("aria-labelledby", head.id);
    part.append(head, ...items.map(drawOption));
    return part;
  });
  listbox.replaceChildren(...parts);
  input.setAttribute("aria-expanded", String(options.length > 0));
  activate(options.length ? Math.min(Math.max(keep, 0), options.length - 1) : -1);
  tell();
}

function drawOption(item) {
  const made = blank.cloneNode(true);
  made.id = `fl-palette-option-${options.length}`;
  made.querySelector(".fl-palette-label").textContent = item.label;
  made.querySelector(".fl-palette-more").textContent = item.more ?? "";
  const dot = made.querySelector(".fl-dot");
  const icon = made.querySelector("svg");
  if (item.dot) dot.className = `fl-dot ${item.dot}`;
  dot.hidden = !item.dot;
  if (item.dot) icon.remove();
  else icon.querySelector("use").setAttribute("href", icon.querySelector("use").getAttribute("href").replace(/#.*/, `#${item.icon}`));
  const key = made.querySelector("kbd");
  key.hidden = !item.key;
  key.textContent = item.key ?? "";
  options.push({ made, run: item.run });
  return made;
}

function tell() {
  const { words } = known;
  const count = options.length;
  status.textContent = searching ? words.searching
    : count === 0 ? words.nothing : count === 1 ? words.one_result : words.results.replace("%(num)s", count);
}

function activate(place) {
  options[active]?.made.setAttribute("aria-selected", "false");
  active = place;
  const option = options[place];
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.made.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.made.id);
  return option.made.scrollIntoView({ block: "nearest" });
}

// ---- searching

async function search() {
  const query = input.value.trim();
  searching = 0;
  if (!query || query === asked || actsOnly) return tell();
  asked = query;
  const answer = await fetch(`/console/search.json?${new URLSearchParams({ query })}`).catch(() => null);
  if (input.value.trim() !== query) return undefined;
  if (!answer?.ok) {
    status.textContent = known.words.away;
    return undefined;
  }
  found = await answer.json();
  return draw(active);
}

// ---- doing

function run(place) {
  const option = options[place];
  if (!option) return;
  dialog.close();
  option.run();
}

function switchTheme() {
  const form = document.querySelector("[data-fl-theme]");
  const dark = (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  form.requestSubmit(form.querySelector(`[value=${dark ? "light" : "dark"}]`));
}

input.addEventListener("input", () => {
  if (!input.value.trim()) found = { incidents: [], records: [] };
  clearTimeout(searching);
  searching = setTimeout(search, SEARCH_MILLISECONDS);
  if (known) draw();
});

input.addEventListener("keydown", (event) => {
  const count = options.length;
  const to = { ArrowDown: (active + 1) % count, ArrowUp: (active - 1 + count) % count }[event.key];
  if (event.key === "Enter" && !event.isComposing && !known) hasty = true;
  else if (event.key === "Enter" && !event.isComposing) run(active);
  else if (to !== undefined && count) activate(to);
  else return;
  event.preventDefault();
});

listbox.addEventListener("pointermove", (event) => {
  const place = options.findIndex(({ made }) => made === event.target.closest("[role=option]"));
  if (place >= 0 && place !== active) activate(place);
});
listbox.addEventListener("pointerdown", (event) => event.preventDefault());
listbox.addEventListener("click", (event) => run(options.findIndex(({ made }) => made === event.target.closest("[role=option]"))));
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else openPalette();
});

for (const button of document.querySelectorAll("[data-fl-palette-open]")) button.addEventListener("click", () => openPalette());
