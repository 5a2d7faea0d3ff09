// What both pages of the console have: the connection's state, the help, and keys that are not typed into a field.

import { words } from "./page.js";

const place = document.querySelector("[data-fl-live]");
const help = document.getElementById("fl-help");

/** Shows how the connection stands: "connecting", "live", "reconnecting", "signed_out". */
export function showState(word) {
  if (!place) return;
  place.hidden = false;
  place.dataset.flLive = word;
  const text = place.querySelector("[data-fl-live-text]");
  if (text.textContent !== words[word]) text.textContent = words[word];
}

export const showHelp = () => help.showModal();

const button = document.querySelector("[data-fl-help]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", showHelp);
}

/**
 * keys: {key: () => …}. "Escape" is also heard in a field; others only outside of fields and dialogs. Single characters are
 * no shortcuts where somebody switched them off (WCAG 2.2, 2.1.4).
 */
export function onKeys(keys) {
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = field?.closest("form[data-fl-act]");
      if (form) {
        event.preventDefault();
        form.requestSubmit();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key.length === 1 && document.body.dataset.flKeys === "off") return;
    if (field && event.key !== "Escape") return;
    const act = keys[event.key];
    if (act && act(event) !== false) event.preventDefault();
  });
}
