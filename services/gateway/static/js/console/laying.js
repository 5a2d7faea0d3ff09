// Laying out the list anew, as little of it as can be: five hundred rows laid out at once are felt.

import { placeAmong } from "./order.js";

/**
 * Puts these rows where they belong, and moves no others; what one reads stays where it is on the screen.
 * isSteady(row): whether it stands where it belongs; steady rows are in order.
 */
export function arrange(rows, moving, { entryOf, isSteady, compare }) {
  if (!moving.length) return;
  const scroller = rows.closest(".fl-list");
  const focus = rows.contains(document.activeElement) ? document.activeElement : null;
  const anchor = focus?.closest(".fl-row") ?? firstInSight(rows, scroller);
  const top = anchor?.getBoundingClientRect().top;
  const moves = new Set(moving);
  const steady = [...rows.children].filter((row) => !moves.has(row) && isSteady(row) && entryOf(row));
  const sorted = steady.map(entryOf);
  for (const row of moving.sort((one, other) => compare(entryOf(one), entryOf(other)))) {
    const next = steady[placeAmong(sorted, entryOf(row), compare)] ?? null;
    if (row.parentNode !== rows || row.nextElementSibling !== next) rows.insertBefore(row, next);
  }
  if (focus && document.activeElement !== focus) focus.focus({ preventScroll: true });
  // Asking where something stands makes the browser lay everything out at once: only where somebody reads.
  if (anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - top;
}

function firstInSight(rows, scroller) {
  if (scroller.scrollTop === 0) return null;
  const edge = scroller.getBoundingClientRect().top;
  return [...rows.children].find((row) => row.getBoundingClientRect().bottom > edge) ?? null;
}
