// Brings the figures up to date, gently: once a minute while somebody looks, part by part, and only where one changed.

const EVERY = 60_000;
const place = document.querySelector("[data-fl-figures]");
const time = document.querySelector("[data-fl-figures-time]");
const said = document.querySelector("[data-fl-figures-said]");
let asked = Date.now();
let ended = false;

/** Where the keyboard stands inside a part, so that it can stand there again. */
function placeOf(part) {
  const active = document.activeElement;
  if (!part.contains(active)) return null;
  const link = active.closest("a[href]");
  return link ? `a[href="${CSS.escape(link.getAttribute("href"))}"]` : active === part ? null : "[tabindex]";
}

function take(page) {
  for (const part of place.querySelectorAll("[data-fl-figure]")) {
    const fresh = page.querySelector(`[data-fl-figure="${CSS.escape(part.dataset.flFigure)}"]`);
    if (!fresh || fresh.innerHTML === part.innerHTML) continue;
    const focused = placeOf(part);
    part.replaceChildren(...document.adoptNode(fresh).childNodes);
    if (focused) part.querySelector(focused)?.focus({ preventScroll: true });
  }
  const now = page.querySelector("[data-fl-figures-now]");
  if (now) said.replaceChildren(...document.adoptNode(now).childNodes);
}

async function refresh() {
  asked = Date.now();
  try {
    const response = await fetch(location.href, { headers: { "HX-Request": "true" }, redirect: "error" });
    if (!response.ok) throw new Error(String(response.status));
    take(new DOMParser().parseFromString(await response.text(), "text/html"));
    delete time.dataset.flStale;
    time.removeAttribute("title");
  } catch (error) {
    // The numbers stay, with the time they were true; signed out, there is no use in asking on.
    time.dataset.flStale = "";
    time.title = time.dataset.flAway;
    ended = ["401", "403", "404"].includes(error.message);
  }
}

const due = () => !ended && !document.hidden && Date.now() - asked >= EVERY;

setInterval(() => { if (due()) refresh(); }, 5_000);
document.addEventListener("visibilitychange", () => { if (due()) refresh(); });
addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });
