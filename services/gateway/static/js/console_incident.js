// The page of one incident.

import "./attach.js";
import { onKeys, showHelp, showState } from "./console/frame.js";
import { enliven } from "./console/incident.js";
import { words, toast } from "./console/page.js";
import { offer, openPalette } from "./console/palette.js";
import { startTicking } from "./console/ticker.js";

const open = enliven(document.querySelector("article[data-fl-incident]"), showState);
startTicking();

const assignToMe = () => document.querySelector("[data-fl-assign-me]")?.click();

/** Opens the composer, or the sheet of an action. */
function begin(mode) {
  if (mode === "reply" || mode === "note") return open.compose(mode);
  const sheet = open.article.querySelector(`[data-fl-opens="${CSS.escape(mode)}"]`);
  if (!sheet) return toast(words.not_now);
  sheet.open = true;
  return sheet.scrollIntoView({ block: "nearest" });
}

/** Back to the queue as one left it, where one came from there. */
function back() {
  const link = document.querySelector("[data-fl-back]");
  const from = document.referrer && new URL(document.referrer);
  if (from && from.origin === location.origin && from.pathname === "/console" && history.length > 1) history.back();
  else location.assign(link.href);
}

document.querySelector("[data-fl-back]").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  back();
});

const acts = {
  assign_me: assignToMe,
  ...Object.fromEntries(["reply", "note", "hold", "resolve", "assign", "prioritize"].map((mode) => [mode, () => begin(mode)])),
  declare: () => document.querySelector("[data-fl-declare]")?.click() ?? toast(words.not_now),
  split: () => document.querySelector("[data-fl-split]")?.click() ?? toast(words.not_now),
  macro: () => document.querySelector("[data-fl-macro]")?.click() ?? toast(words.not_now),
  merge: () => document.querySelector("[data-fl-merge]")?.click() ?? toast(words.not_now),
  help: showHelp,
};
offer(() => ({ about: open.article.dataset.flNumber, acts }));

onKeys({
  r: acts.reply,
  n: acts.note,
  a: assignToMe,
  h: acts.hold,
  e: acts.resolve,
  ".": () => openPalette({ acts: true }),
  "?": showHelp,
  Escape: (event) => {
    const sheet = event.target.closest("details[open]");
    if (event.target.matches("textarea, input, select")) return void event.target.blur();
    if (sheet) return false;
    back();
  },
});

if (location.hash in { "#reply": 1, "#note": 1, "#hold": 1, "#resolve": 1 }) begin(location.hash.slice(1));
