// One action over many incidents, in a dialog: the server's own three steps (pages/console/bulk.py), without leaving.

import { ask, parse, toast, words } from "./page.js";

const dialog = document.querySelector("[data-fl-bulk-dialog]");
let whenDone = () => {};

/** Opens the form of an action over these numbers. preset: values to begin with. done(numbers done) is told after each. */
export async function openBulk(action, numbers, preset = {}, done = () => {}) {
  if (!numbers.length) return;
  whenDone = done;
  const query = new URLSearchParams({ action, ...preset });
  for (const number of numbers) query.append("number", number);
  const answer = await ask(`/console/bulk?${query}`).catch(() => null);
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
  return part;
}

function focusFirst() {
  const first = dialog.querySelector(".fl-bulk-fields select, .fl-bulk-fields textarea, [data-fl-bulk-apply]");
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
  if (!part) return;
  focusFirst();
  if (part.dataset.flBulk !== "done") return;
  whenDone([...part.querySelectorAll("[data-fl-result=done]")].map((line) => line.dataset.flLine));
});

dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-fl-bulk-close]")) {
    event.preventDefault();
    dialog.close();
  }
});
