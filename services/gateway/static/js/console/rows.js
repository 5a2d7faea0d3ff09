// Rows of the queue: the server's own markup, filled again with what comes live. Texts are set as text, never as HTML.

import { data, say, setIcon, words } from "./page.js";
import { show, wear } from "./ticker.js";
import { isOpen } from "./matches.js";

const blank = document.getElementById("fl-blank-row");
const dueText = new Intl.DateTimeFormat(data.locale, { dateStyle: "full", timeStyle: "short", timeZone: data.zone });

/** A row for an entry that the page has none for yet. */
export function make(entry) {
  const row = blank.content.firstElementChild.cloneNode(true);
  fill(row, entry);
  return row;
}

/** Writes an entry into a row; false when the row knows newer. */
export function fill(row, entry) {
  if (Number(row.dataset.flRevision) > entry.revision) return false;
  row.dataset.flId = entry.incident_id;
  row.dataset.flNumber = entry.number;
  row.dataset.flRevision = entry.revision;
  row.classList.toggle("fl-row-gone", !isOpen(entry));
  const at = (name) => row.querySelector(`[data-fl="${name}"]`);
  set(at("title"), entry.title || words.untitled);
  at("title").setAttribute("href", `/console/incidents/${encodeURIComponent(entry.number)}`);
  set(at("number"), entry.number);
  set(at("requester"), entry.requester_name ?? "");
  set(at("client"), data.tenants[entry.tenant_id] ?? "…");
  at("dot").className = `fl-dot ${dot(entry.tenant_id)}`;
  at("dispatcher").hidden = !entry.needs_dispatcher;
  at("unverified").hidden = Boolean(entry.verified);
  set(at("assignee"), entry.assignee_name || words.unassigned);
  at("assignee").classList.toggle("fl-nobody", !entry.assignee_name);
  set(at("group"), entry.assignment_group_name ?? "");
  fillPriority(at("priority"), at("priority-text"), entry.priority);
  const state = data.signs.state[entry.state];
  if (state) {
    wear(at("state"), state);
    set(at("state-text"), state.label);
  }
  fillClock(at("sla"), entry);
  return true;
}

function fillPriority(place, text, priority) {
  const sign = data.signs.priority[priority];
  if (!sign) return;
  place.className = `fl-priority fl-priority-${sign.tone}`;
  place.title = sign.label;
  setIcon(place, sign.icon);
  set(text, sign.word);
}

function fillClock(chip, entry) {
  const word = entry.sla_state ?? "pending";
  const sign = data.signs.sla[word] ?? data.signs.sla.pending;
  chip.dataset.flSla = word;
  chip.removeAttribute("title");
  delete chip.dataset.flDue;
  wear(chip, sign);
  const text = chip.querySelector("[data-fl=sla-text]");
  if (word === "paused" && entry.hold) {
    set(text, say(words.paused, { party: data.awaiting[entry.hold.awaiting] ?? "" }));
    chip.title = [text.textContent, entry.hold.reason].filter(Boolean).join(" – ");
  } else {
    set(text, sign.label);
  }
  if (entry.due_time) {
    chip.dataset.flDue = entry.due_time;
    chip.title = dueText.format(new Date(entry.due_time));
    show(chip);
  }
}

/** The client's color: pages/signs.py, dot_of. */
function dot(tenantId) {
  let sum = 0;
  for (const byte of new TextEncoder().encode(tenantId)) sum += byte;
  return `fl-dot-${sum % 8}`;
}

function set(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
