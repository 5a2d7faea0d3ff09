/* A client's form: what an answer makes unasked is hidden. Without this all is shown, each with the condition in words. */

const form = document.querySelector("[data-fl-questions]");

/** What is answered to a question now; "" for nothing. */
function answer(key) {
  const fields = [...form.querySelectorAll(`[name="q-${CSS.escape(key)}"]`)];
  const asked = fields.filter((field) => !field.closest("[data-fl-when][hidden]"));
  const chosen = asked.find((field) => field.type !== "radio" || field.checked);
  return chosen ? chosen.value : "";
}

/** In their order, since one that is hidden answers nothing to the next. */
function show() {
  for (const question of form.querySelectorAll("[data-fl-when]")) {
    question.hidden = answer(question.dataset.flWhen) !== question.dataset.flEquals;
    question.classList.remove("fl-unasked");
  }
}

if (form) {
  form.addEventListener("change", show);
  show();
  document.getElementById("fl-problems")?.focus();
}
