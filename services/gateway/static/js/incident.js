// Shows new public replies and states on an incident's page without loading it anew.
//
// The stream only says that something happened; the page is then fetched again and what changed is taken from it, so the
// reader sees exactly what the server shows them. Without this script, loading the page again does the same.

import { connect } from "./live/client.js";

const incident = document.querySelector("[data-fl-live]");
const news = document.getElementById("fl-news");
// The clocks hear of a change a moment after the record does.
const CLOCKS_SETTLE = 3000;
let wanted = 0;
let fetching = false;

if (incident) listen();

function listen() {
  connect(JSON.parse(incident.dataset.flLive)).listen({ incident: incident.dataset.flIncident }, {
    // Said on every new connection, also after a break: whatever was missed meanwhile is fetched.
    snapshot() {
      refresh();
      if (location.search.includes("done=")) setTimeout(refresh, CLOCKS_SETTLE);
    },
    incident(told) {
      refresh(told.revision);
      setTimeout(refresh, CLOCKS_SETTLE);
    },
    state(word) {
      incident.dataset.flConnection = word;
      const text = { signed_out: news.dataset.flSignedOut, reconnecting: news.dataset.flLost }[word];
      if (text) news.textContent = text;
      else if (word === "live" && news.textContent === news.dataset.flLost) news.textContent = "";
    },
    gone() { news.textContent = news.dataset.flSignedOut; },
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

// Fetches once more when told again meanwhile, and never twice at a time.
async function refresh(revision = 0) {
  wanted = Math.max(wanted, revision);
  if (fetching || (revision && revision <= Number(incident.dataset.flRevision))) return;
  fetching = true;
  try {
    const response = await fetch(location.pathname, { headers: { Accept: "text/html" }, redirect: "error" });
    if (response.ok) take(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    // Away for the moment: the stream connects again, and says hello.
  } finally {
    fetching = false;
  }
  if (wanted > Number(incident.dataset.flRevision)) setTimeout(refresh, 1000, wanted);
}

function take(page) {
  const fresh = page.querySelector("[data-fl-live]");
  if (!fresh) return;
  incident.dataset.flRevision = fresh.dataset.flRevision;
  keepingPlace(() => {
    swap("fl-summary", page);
    if (addEntries(page)) news.textContent = news.dataset.flNew;
    takeActions(page);
  });
}

// What somebody is typing in stays where it is in the window, whatever grows above it.
function keepingPlace(change) {
  const field = document.activeElement?.closest("textarea, input");
  const before = field?.getBoundingClientRect().top;
  change();
  if (field?.isConnected) scrollBy({ top: field.getBoundingClientRect().top - before, behavior: "instant" });
}

function swap(id, page) {
  const present = document.getElementById(id);
  const next = page.getElementById(id);
  // What somebody has opened stays open.
  for (const open of present?.querySelectorAll("details[open][data-fl-keep]") ?? []) {
    next?.querySelector(`[data-fl-keep="${open.dataset.flKeep}"]`)?.setAttribute("open", "");
  }
  if (present && next && present.innerHTML !== next.innerHTML) present.replaceWith(document.adoptNode(next));
}

// Only what is not there yet is added, so that a selection or the reader's place stays.
function addEntries(page) {
  const list = document.getElementById("fl-conversation");
  let added = 0;
  for (const entry of page.querySelectorAll("#fl-conversation > li")) {
    if (!list || document.getElementById(entry.id)) continue;
    entry.classList.add("fl-entry-new");
    list.append(document.adoptNode(entry));
    added += 1;
  }
  return added;
}

// What can be done depends on the state; a text that somebody is writing is never taken away.
function takeActions(page) {
  const present = document.getElementById("fl-do");
  const next = page.getElementById("fl-do");
  if (!present || present.dataset.flState === (next?.dataset.flState ?? "")) return;
  const writing = [...present.querySelectorAll("textarea")].some((area) => area.value.trim());
  if (writing || present.contains(document.activeElement)) news.textContent = news.dataset.flMoved;
  else if (next) present.replaceWith(document.adoptNode(next));
  else present.remove();
}
