// The page of one incident.

import { onKeys, showHelp, showState } from "./console/frame.js";
import { enliven } from "./console/incident.js";
import { startTicking } from "./console/ticker.js";

const open = enliven(document.querySelector("article[data-fl-incident]"), showState);
startTicking();

onKeys({
  r: () => open.compose("reply"),
  n: () => open.compose("note"),
  a: () => document.querySelector("[data-fl-assign-me]")?.click(),
  "?": showHelp,
  Escape: (event) => {
    const sheet = event.target.closest("details[open]");
    if (event.target.matches("textarea, input, select")) return void event.target.blur();
    if (sheet) return false;
    document.querySelector("[data-fl-back]").click();
  },
});
