// One row of the queue: the server's own markup, filled again with what comes live. Texts are set as text, never as HTML.

import { data, say, setIcon, words } from "./page.js";
import { markRow } from "./presence.js";
import { show, wear } from "./ticker.js";

const blank = document.getElementById("fl-blank-row");
const dueText = new Intl.DateTimeFormat(data.locale, { dateStyle: "full", timeStyle: "short", timeZone: data.zone });
// Where a row's parts are. Looking them up for each change was most of its cost.
const found = new WeakMap();
const percent = new Intl.NumberFormat(data.locale, { style: "percent" });

/** A row for an entry that the page has none for yet. */
export function make(entry) {
  const row = blank.content.firstElementChild.cloneNode(true);
  row.tabIndex = -1;
  for (const part of row.querySelectorAll("a, [data-fl-pick]")) part.tabIndex = -1;
  fill(row, entry);
  markRow(row);
  return row;
}

/** Writes an entry into a row; false when the row knows newer. */
export function fill(row, entry) {
  if (Number(row.dataset.flRevision) > entry.revision) return false;
  row.dataset.flId = entry.incident_id;
  row.dataset.flNumber = entry.number;
  row.dataset.flRevision = entry.revision;
  const at = placesOf(row);
  if (at.pick.value !== entry.number) {
    at.pick.value = entry.number;
    at.pick.setAttribute("aria-label", say(words.select, { number: entry.number }));
  }
  set(at.title, entry.title || words.untitled);
  attribute(at.title, "href", `/console/incidents/${encodeURIComponent(entry.number)}`);
  set(at.number, entry.number);
  set(at.requester, entry.requester_name ?? "");
  set(at.client, data.tenants[entry.tenant_id] ?? "…");
  attribute(at.dot, "class", `fl-dot ${data.dots[entry.tenant_id] ?? "fl-dot-none"}`);
  hide(at.request, entry.kind !== "service_request");
  hide(at.dispatcher, !entry.needs_dispatcher);
  hide(at.maintenance, !entry.in_maintenance);
  hide(at.major, !entry.major_number);
  hide(at.unverified, Boolean(entry.verified));
  set(at.assignee, entry.assignee_name || words.unassigned);
  toggle(at.assignee, "fl-nobody", !entry.assignee_name);
  set(at.group, entry.assignment_group_name ?? "");
  fillPriority(at.priority, at["priority-text"], entry.priority);
  const state = data.signs.state[entry.hold?.approval ? "awaits_approval" : entry.state];
  if (state) {
    wear(at.state, state);
    set(at["state-text"], state.label);
  }
  fillClock(at.sla, at["sla-text"], entry);
  fillRisk(at.risk, at["risk-text"], entry);
  return true;
}

function placesOf(row) {
  let places = found.get(row);
  if (!places) {
    places = Object.fromEntries([...row.querySelectorAll("[data-fl]")].map((each) => [each.dataset.fl, each]));
    found.set(row, places);
  }
  return places;
}

function fillPriority(place, text, priority) {
  const sign = data.signs.priority[priority];
  if (!sign) return;
  attribute(place, "class", `fl-priority fl-priority-${sign.tone}`);
  attribute(place, "title", sign.label);
  setIcon(place, sign.icon);
  set(text, sign.word);
}

function fillClock(chip, text, entry) {
  const word = entry.sla_state ?? "pending";
  chip.dataset.flSla = word;
  if (entry.due_time) {
    chip.dataset.flDue = entry.due_time;
    attribute(chip, "title", dueText.format(new Date(entry.due_time)));
    if (["ok", "at_risk", "breached"].includes(word)) return show(chip);
  } else delete chip.dataset.flDue;
  const sign = data.signs.sla[word] ?? data.signs.sla.pending;
  wear(chip, sign);
  const paused = word === "paused" && entry.hold;
  set(text, paused ? say(words.paused, { party: data.awaiting[entry.hold.awaiting] ?? "" }) : sign.label);
  if (entry.due_time) return undefined;
  if (paused) attribute(chip, "title", [text.textContent, entry.hold.reason].filter(Boolean).join(" – "));
  else chip.removeAttribute("title");
  return undefined;
}

function fillRisk(place, text, entry) {
  const forecast = entry.forecast;
  const isCertain = entry.breach_risk === 1;
  hide(place, !forecast || isCertain);
  if (!forecast || isCertain) return;
  const chance = percent.format(Math.min(Math.max(forecast.chance, 0.01), 0.99));
  set(text, chance);
  const basis = { chance, similar: forecast.similar_incidents ?? 0, breached: forecast.similar_breached ?? 0 };
  attribute(place, "title", `${words[`target_${forecast.target}`] ?? ""} – ${say(words.risk, basis)}`);
}

// What stands there already is not written again: every write costs the browser a look at the style.

function set(place, text) {
  if (place.textContent === text) return;
  const only = place.childNodes.length === 1 && place.firstChild.nodeType === 3 ? place.firstChild : null;
  // Other words in the same node are cheaper than a new node.
  if (only) only.data = text;
  else place.textContent = text;
}

function hide(place, hidden) {
  if (place.hidden !== hidden) place.hidden = hidden;
}

function attribute(place, name, value) {
  if (place.getAttribute(name) !== value) place.setAttribute(name, value);
}

/** Sets a class, if it is not as wanted. */
export function toggle(place, name, on) {
  if (place.classList.contains(name) !== on) place.classList.toggle(name, on);
}
