// What tabs want, put together. Pure.

/** Of one tab, as it says it: {queue, incidents, viewing, typing}. */
export const nothing = () => ({ queue: false, incidents: [], viewing: [], typing: [] });

/** What a browser wants, of all its tabs; lists in order, so that equal ones look alike. */
export function union(tabs) {
  const all = { queue: false, incidents: new Set(), viewing: new Set(), typing: new Set() };
  for (const tab of tabs) {
    all.queue ||= tab.queue;
    for (const name of ["incidents", "viewing", "typing"]) for (const each of tab[name]) all[name].add(each);
  }
  return {
    queue: all.queue,
    incidents: [...all.incidents].sort(),
    viewing: [...all.viewing].sort(),
    typing: [...all.typing].sort(),
  };
}

/** Whether a stream that carries `had` carries all of `wanted`. */
export const covers = (had, wanted) =>
  (had.queue || !wanted.queue) && wanted.incidents.every((each) => had.incidents.includes(each));

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Whether an event is for a tab. */
export function isFor(tab, name, told) {
  if (name === "queue_entry") return tab.queue;
  if (name === "presence") return tab.queue || tab.incidents.includes(told.incident_id);
  return tab.incidents.includes(told.incident_id);
}

/** The fields of a request that says what is wanted. */
export function fields(wanted) {
  const body = new URLSearchParams();
  if (wanted.queue) body.append("queue", "1");
  for (const each of wanted.incidents) body.append("incident", each);
  for (const each of wanted.viewing) body.append("viewing", each);
  for (const each of wanted.typing) body.append("typing", each);
  return body;
}
