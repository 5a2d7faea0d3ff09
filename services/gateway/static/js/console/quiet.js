// Whether somebody is busy with the list: then nothing in it may move.

const IDLE_SECONDS = 10;
const hovers = matchMedia("(hover: hover)");
let lastTouched = performance.now();

for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "touchmove"]) {
  addEventListener(name, () => { lastTouched = performance.now(); }, { passive: true, capture: true });
}

/** No pointer over these rows, no focus in them, and no hand on mouse or keyboard for a while; or nobody sees the page. */
export function isQuiet(rows) {
  if (rows.contains(document.activeElement)) return false;
  if (document.hidden) return true;
  const idle = (performance.now() - lastTouched) / 1000 > Number(rows.dataset.flIdle ?? IDLE_SECONDS);
  return idle && !(hovers.matches && rows.closest(".fl-list").matches(":hover"));
}
