// One action over many incidents, in a dialog: the server's own steps (pages/console/bulk), without leaving. What was
// asked is held by the server for some seconds, and done whether anybody looks or not.

import { ask, parse, toast, words } from "./page.js";

const dialog = document.querySelector("[data-fl-bulk-dialog]");
let whenDone = () => {};
let ticking = 0;
const POLL_MILLISECONDS = 700;
// More numbers than this would make an address that is too long.
const MOST_IN_ADDRESS = 50;

/** Opens the form of an action over these numbers. preset: values to begin with. done(numbers done) is told after each. */
export async function openBulk(action, numbers, preset = {}, done = () => {}) {
  if (!numbers.length) return;
  whenDone = done;
  const form = new URLSearchParams({ action, ...preset });
  for (const number of numbers) form.append("number", number);
  const asking = () => {
    if (numbers.length <= MOST_IN_ADDRESS) return ask(`/console/bulk?${form}`);
    form.append("step", "edit");
    return ask("/console/bulk", { method: "POST", body: form });
  };
  const answer = await asking().catch(() => null);
  if (!take(answer)) return;
  if (!dialog.open) dialog.showModal();
  focusFirst();
}

function take(answer) {
  const part = answer && !answer.json ? parse(answer.text).querySelector("[data-fl-bulk]") : null;
  if (!part) {
    toast(answer?.status === 401 ? words.sign_in : answer?.json ? words.failed : words.away);
    return null;
  }
  dialog.replaceChildren(part);
  window.clearTimeout(ticking);
  if (part.dataset.flBulkAt) follow(part);
  return part;
}

/** Counts down while it can be undone, then asks how it stands until it is done. */
function follow(part) {
  const { flBulk: step, flBulkAt: address } = part.dataset;
  if (step === "done") whenDone([...part.querySelectorAll("[data-fl-result=done]")].map((line) => line.dataset.flLine));
  if (step === "done" || step === "undone") return;
  const ends = performance.now() + Number(part.dataset.flLeft) * 1000;
  const shown = part.querySelector("[data-fl-countdown]");
  const tick = async () => {
    if (!part.isConnected) return;
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    if (shown && shown.textContent !== String(left)) shown.textContent = String(left);
    if (left > 0) {
      ticking = window.setTimeout(tick, 250);
      return;
    }
    const answer = await ask(address).catch(() => null);
    if (!part.isConnected) return;
    const next = answer && !answer.json ? parse(answer.text).querySelector("[data-fl-bulk]") : null;
    // While the server is away it is asked again; what was asked of it is safe there.
    if (!next || (next.dataset.flBulk === step && step === "held")) {
      ticking = window.setTimeout(tick, POLL_MILLISECONDS);
      return;
    }
    const focused = part.contains(document.activeElement);
    dialog.replaceChildren(next);
    if (focused) next.querySelector("#fl-bulk-title").focus();
    follow(next);
  };
  ticking = window.setTimeout(tick, step === "held" ? 250 : POLL_MILLISECONDS);
}

function focusFirst() {
  const first = dialog.querySelector(".fl-bulk-fields select, .fl-bulk-fields textarea, [data-fl-bulk-apply], [data-fl-bulk-undo]");
  (first ?? dialog.querySelector("#fl-bulk-title")).focus();
}

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.flSending) return;
  form.dataset.flSending = "yes";
  const body = new URLSearchParams(new FormData(form));
  const pressed = event.submitter ?? form.querySelector("button[type=submit]");
  body.set(pressed.name, pressed.value);
  const answer = await ask("/console/bulk", { method: "POST", body }).catch(() => null);
  delete form.dataset.flSending;
  delete form.dataset.flSent;
  const part = take(answer);
  if (part) focusFirst();
});

dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-fl-bulk-close]")) {
    event.preventDefault();
    dialog.close();
  }
});
