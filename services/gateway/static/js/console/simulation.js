// A simulation with a script at hand: how far it is, and a way to stop it. Without one the page comes when it is done.

const LINES = "application/x-ndjson";
const room = document.querySelector("[data-fl-simulation]");
const form = room.querySelector("form");
const bar = room.querySelector("progress");
const within = (name) => room.querySelector(`[data-fl-${name}]`);
let running = null;
// What is refused is asked for again as a page, which says why.
let plainly = false;

form.addEventListener("submit", async (event) => {
  if (event.submitter?.name !== "start" || plainly) return;
  event.preventDefault();
  if (running) return;
  running = new AbortController();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  begin();
  try {
    const headers = { Accept: LINES };
    const answer = await fetch(form.action, { method: "POST", body, headers, signal: running.signal });
    if (answer.headers.get("Content-Type")?.startsWith(LINES)) await follow(answer);
    else {
      plainly = true;
      form.requestSubmit(event.submitter);
    }
  } catch (problem) {
    end(problem.name === "AbortError" ? room.dataset.flStopped : room.dataset.flBroken);
  } finally {
    running = null;
  }
});

within("stop").addEventListener("click", () => running?.abort());

function begin() {
  within("part").replaceChildren();
  bar.removeAttribute("value");
  within("how-far").textContent = room.dataset.flBegins;
  within("said").textContent = room.dataset.flBegins;
  within("stop").hidden = false;
  within("progress").hidden = false;
}

/** Reads line after line; each says how far it is, the last has the result. */
async function follow(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return end(room.dataset.flBroken);
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines.map((each) => JSON.parse(each))) {
      if (line.problem) return end(line.problem);
      bar.max = Math.max(line.total, 1);
      bar.value = line.total ? line.done : 1;
      within("how-far").textContent = line.words;
      if (line.part) return show(line);
    }
  }
}

/** The last words. What was drawn stays where it is. */
function end(words) {
  if (!bar.hasAttribute("value")) bar.value = 0;
  if (document.activeElement === within("stop")) form.querySelector("[name=start]").focus();
  within("stop").hidden = true;
  within("how-far").textContent = words;
  within("said").textContent = words;
}

function show({ part, words }) {
  end(words);
  // A part of our own page, escaped where it was made.
  within("part").replaceChildren(...new DOMParser().parseFromString(part, "text/html").body.childNodes);
  // Whoever went on to something else is left there.
  if (form.contains(document.activeElement) || document.activeElement === document.body) {
    document.getElementById("fl-simulated").focus();
  }
}
