// Where the keyboard is in the list: one row can be reached by Tab, and keys move among them.

import { list } from "./list.js";

const { rows } = list;
let current = null;

/** The row that Tab reaches. */
export const currentRow = () => current;

/** The row that has the focus, or a part of it; null elsewhere. */
export const focusedRow = () => rows.querySelector(".fl-row:focus-within");

/** Makes a row (or else the first) the one that Tab reaches, with its checkbox and link. */
export function rove(row, focus) {
  const wanted = row && rows.contains(row) ? row : rows.firstElementChild;
  // Not each row every time: writing to five hundred of them is felt.
  for (const each of rows.querySelectorAll(".fl-row:not([tabindex='-1'])")) if (each !== wanted) reach(each, false);
  if (wanted) reach(wanted, true);
  current = wanted;
  if (!current || !focus) return;
  current.focus({ preventScroll: true });
  current.scrollIntoView({ block: "nearest" });
}

function reach(row, on) {
  const place = on ? 0 : -1;
  if (row.tabIndex !== place || !row.hasAttribute("tabindex")) row.tabIndex = place;
  row.querySelector("a").tabIndex = -1;
  row.querySelector("[data-fl-pick]").tabIndex = place;
}

/** One row on (1) or back (-1) from the focused one, else from `start`. Answers the row, null at the end. */
export function step(by, start) {
  const from = focusedRow() ?? start;
  const next = from ? (by > 0 ? from.nextElementSibling : from.previousElementSibling) : current;
  if (next) rove(next, true);
  return next;
}

rows.addEventListener("focusin", (event) => {
  const row = event.target.closest(".fl-row");
  if (row && row !== current) rove(row, false);
});
