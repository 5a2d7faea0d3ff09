// Whether a row belongs into a view: what triage answers for a whole page, said again for one row that comes live.

const OPEN = new Set(["new", "assigned", "in_progress", "on_hold"]);

/** Without accents and case. */
export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether it stands in the open queue at all. */
export const isOpen = (entry) => OPEN.has(entry.state);

/** view: {tab, tenant, priority, group, query}; me: the reader's person id. */
export function matches(entry, view, me) {
  if (!isOpen(entry)) return false;
  if (view.tenant && entry.tenant_id !== view.tenant) return false;
  if (view.priority && entry.priority !== view.priority) return false;
  if (view.group && entry.assignment_group_id !== view.group) return false;
  return inTab(entry, view.tab, me) && hasWords(entry, view.query);
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
