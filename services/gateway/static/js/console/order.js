// In which order rows stand: what triage answers for a whole page, said again for those that come live. Pure.

const due = (entry) => (entry.due_time ? Date.parse(entry.due_time) : Infinity);
const PRIORITY = [(one) => one.priority ?? "", due];
const KEYS = {
  priority: [PRIORITY, 1],
  due_time: [[due], 1],
  update_time: [[(one) => Date.parse(one.update_time ?? 0)], -1],
};

/** A comparison for Array.sort by "priority", "due_time" or "update_time". */
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

/** The longest run of indexes that already stand in order: what need not move (its places). */
export function staying(places) {
  const tails = [];
  const before = [];
  places.forEach((place, index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[tails[middle]] < place) low = middle + 1;
      else high = middle;
    }
    before[index] = low ? tails[low - 1] : -1;
    tails[low] = index;
  });
  const stay = new Set();
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index]) stay.add(index);
  return stay;
}
