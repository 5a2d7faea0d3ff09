// In which order rows stand: what triage answers for a whole page, said again for those that come live. Pure.

const due = (entry) => (entry.due_time ? Date.parse(entry.due_time) : Infinity);
const PRIORITY = [(one) => one.priority ?? "", due];
const KEYS = {
  priority: [PRIORITY, 1],
  due_time: [[due], 1],
  // The greatest first; what nobody can tell stands last.
  breach_risk: [[(one) => -(one.breach_risk ?? -1), due], 1],
  update_time: [[(one) => Date.parse(one.update_time ?? 0)], -1],
};

/** A comparison for Array.sort by "priority", "due_time", "breach_risk" or "update_time". */
export function comparison(sort) {
  const [keys, sign] = KEYS[sort] ?? KEYS.priority;
  return (one, other) => {
    for (const key of keys) {
      const left = key(one);
      const right = key(other);
      if (left !== right) return (left < right ? -1 : 1) * sign;
    }
    return one.incident_id < other.incident_id ? -1 : one.incident_id > other.incident_id ? 1 : 0;
  };
}

/** How many of the sorted stand before it: where it belongs among them. */
export function placeAmong(sorted, one, compare) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(sorted[middle], one) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
