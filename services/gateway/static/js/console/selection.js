// Which rows are selected. The checkboxes hold it, so that the bar below the list works without a script, too.

import { list } from "./list.js";
import { data, say, toast, words } from "./page.js";

const { rows } = list;
const bar = document.querySelector("[data-fl-bulk-bar]");
const count = bar.querySelector("[data-fl-selected]");
const all = document.querySelector("[data-fl-pick-all]");
const whole = bar.querySelector("[data-fl-pick-whole]");
// As many as one action is asked for (services/gateway/bulk).
export const MOST = 200;
let last = null;

const boxOf = (row) => row.querySelector("[data-fl-pick]");
const chosenRows = () => [...rows.querySelectorAll("[data-fl-pick]:checked")].map((box) => box.closest(".fl-row"));

/** The numbers of the selected incidents, in the order of the list. */
export const selected = () => chosenRows().map((row) => row.dataset.flNumber);

/** Selects a row, or takes it out. */
export function toggle(row) {
  const box = boxOf(row);
  box.checked = !box.checked;
  last = row;
  shown();
}

/** Selects these numbers and no others; of too many the first. */
export function choose(numbers) {
  if (numbers.length > MOST) toast(say(words.at_most, { num: MOST }));
  numbers = numbers.slice(0, MOST);
  for (const row of rows.children) boxOf(row).checked = numbers.includes(row.dataset.flNumber);
  shown();
}

/** What is below the rows that are loaded is offered once all of these are selected. */
function offerWhole(chosen) {
  const offered = chosen > 0 && chosen === rows.children.length && chosen < MOST && document.querySelector("[data-fl-more]");
  whole.hidden = !offered;
  if (!offered) return;
  // The count in the heading is of the view as it was saved.
  const found = data.view.edited ? 0 : Number(document.querySelector(".fl-queue-title [data-fl-count]").textContent);
  const text = found > MOST ? words.pick_first : found ? words.pick_whole : words.pick_most;
  whole.textContent = say(text, { num: found || MOST, most: MOST });
}

/** Brings rows and bar up to date with the checkboxes. */
export function shown() {
  const on = new Set(chosenRows());
  const chosen = on.size;
  for (const row of rows.querySelectorAll("[aria-selected=true]")) if (!on.has(row)) row.setAttribute("aria-selected", "false");
  for (const row of on) row.setAttribute("aria-selected", "true");
  const text = chosen === 0 ? "" : chosen === 1 ? words.one_selected : say(words.selected, { num: chosen });
  if (count.textContent !== text) count.textContent = text;
  bar.classList.toggle("fl-bulk-bar-shown", chosen > 0);
  all.checked = chosen > 0 && chosen === rows.children.length;
  all.indeterminate = chosen > 0 && !all.checked;
  offerWhole(chosen);
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

/** Selects all rows that are loaded. */
export const chooseLoaded = () => choose([...rows.children].map((row) => row.dataset.flNumber));

all.addEventListener("change", () => (all.checked ? chooseLoaded() : choose([])));
bar.addEventListener("reset", (event) => {
  event.preventDefault();
  choose([]);
});
// A browser that comes back to the page has kept the checks.
shown();
