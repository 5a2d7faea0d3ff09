// Which rows are selected. The checkboxes hold it, so that the bar below the list works without a script, too.

import { list } from "./list.js";
import { say, words } from "./page.js";

const { rows } = list;
const bar = document.querySelector("[data-fl-bulk-bar]");
const count = bar.querySelector("[data-fl-selected]");
const all = document.querySelector("[data-fl-pick-all]");
let last = null;

const boxOf = (row) => row.querySelector("[data-fl-pick]");
const chosenRows = () => [...rows.children].filter((row) => boxOf(row).checked);

/** The numbers of the selected incidents, in the order of the list. */
export const selected = () => chosenRows().map((row) => row.dataset.flNumber);

/** Selects a row, or takes it out. */
export function toggle(row) {
  const box = boxOf(row);
  box.checked = !box.checked;
  last = row;
  shown();
}

/** Selects these numbers and no others. */
export function choose(numbers) {
  for (const row of rows.children) boxOf(row).checked = numbers.includes(row.dataset.flNumber);
  shown();
}

/** Brings rows and bar up to date with the checkboxes. */
export function shown() {
  let chosen = 0;
  for (const row of rows.children) {
    const on = boxOf(row).checked;
    if (on) chosen += 1;
    if ((row.getAttribute("aria-selected") === "true") !== on) row.setAttribute("aria-selected", String(on));
  }
  const text = chosen === 0 ? "" : chosen === 1 ? words.one_selected : say(words.selected, { num: chosen });
  if (count.textContent !== text) count.textContent = text;
  bar.classList.toggle("fl-bulk-bar-shown", chosen > 0);
  all.checked = chosen > 0 && chosen === rows.children.length;
  all.indeterminate = chosen > 0 && !all.checked;
}

rows.addEventListener("click", (event) => {
  const box = event.target.closest("[data-fl-pick]");
  if (!box) return;
  const row = box.closest(".fl-row");
  if (event.shiftKey && last?.isConnected) {
    const places = [...rows.children];
    const [from, to] = [places.indexOf(last), places.indexOf(row)].sort((one, other) => one - other);
    for (const each of places.slice(from, to + 1)) boxOf(each).checked = box.checked;
  }
  last = row;
  shown();
});

all.addEventListener("change", () => choose(all.checked ? [...rows.children].map((row) => row.dataset.flNumber) : []));
bar.addEventListener("reset", (event) => {
  event.preventDefault();
  choose([]);
});
// A browser that comes back to the page has kept the checks.
shown();
