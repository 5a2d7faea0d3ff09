// One tick a second for every clock on the page; a tab that nobody sees does not tick.

import { data, serverNow, setIcon, words } from "./page.js";
import { clockFace } from "./spans.js";

const others = new Set();

/** Shows a chip as its clock stands now. */
export function show(chip) {
  const due = Date.parse(chip.dataset.flDue ?? "");
  const word = chip.dataset.flSla;
  if (Number.isNaN(due) || !["ok", "at_risk", "breached"].includes(word)) return;
  const face = clockFace(word, due, serverNow(), words);
  const text = chip.querySelector("[data-fl=sla-text]");
  if (text.textContent !== face.text) text.textContent = face.text;
  wear(chip, data.signs.sla[face.word]);
}

/** Gives a chip the icon and tone of a sign. */
export function wear(chip, sign) {
  const tone = `fl-tone-${sign.tone}`;
  if (!chip.classList.contains(tone)) {
    chip.classList.remove(...[...chip.classList].filter((name) => name.startsWith("fl-tone-")));
    chip.classList.add(tone);
  }
  setIcon(chip, sign.icon);
}

/** Keeps every chip with a due time true. */
export function tick() {
  for (const other of others) other();
  if (document.hidden) return;
  for (const chip of document.querySelectorAll(".fl-sla[data-fl-due]")) show(chip);
}

/** Something else to do each second; also in a tab that nobody sees. */
export const onTick = (task) => { others.add(task); };

export function startTicking() {
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  tick();
}
