// Whether a row belongs into a view: what triage answers for a whole page, said again for one row that comes live.

import { fold } from "./fold.js";

const OPEN = new Set(["new", "assigned", "in_progress", "on_hold"]);

/** Whether it stands in the open queue at all. */
export const isOpen = (entry) => OPEN.has(entry.state);

/** view: as pages/console/view.py says it (lists filter nothing when empty); me: the reader's person id. */
export function matches(entry, view, me) {
  const states = view.tab === "waiting" ? ["on_hold"] : view.state;
  if (states?.length ? !states.includes(entry.state) : !isOpen(entry)) return false;
  for (const [name, field] of [["tenant", "tenant_id"], ["priority", "priority"], ["sla", "sla_state"], ["kind", "kind"], ["channel", "channel"]]) {
    if (view[name]?.length && !view[name].includes(entry[field])) return false;
  }
  if (view.group && entry.assignment_group_id !== view.group) return false;
  if (view.needs && !entry.needs_dispatcher) return false;
  return isWith(entry, view.assignee, me) && inTab(entry, view.tab, me) && hasWords(entry, view.query);
}

function isWith(entry, assignee, me) {
  if (!assignee) return true;
  if (assignee === "none") return !entry.assignee_id;
  return entry.assignee_id === (assignee === "me" ? me : assignee);
}

function inTab(entry, tab, me) {
  if (tab === "mine") return entry.assignee_id === me;
  if (tab === "unassigned") return !entry.assignee_id;
  if (tab === "risk") return entry.sla_state === "at_risk" || entry.sla_state === "breached";
  if (tab === "dispatcher") return Boolean(entry.needs_dispatcher);
  return true;
}

/** Every word of the query begins a word of the title, the number or the requester's name. */
function hasWords(entry, query) {
  if (!query) return true;
  const own = fold([entry.title, entry.number, entry.requester_name].join(" ")).split(/[^\p{L}\p{N}]+/u);
  return fold(query).split(/[^\p{L}\p{N}]+/u).filter(Boolean).every((word) => own.some((each) => each.startsWith(word)));
}
