// Lengths of time as short as a chip needs them. pages/console/spans.py says the same; a test holds them together.

const UNITS = [["days", 86400], ["hours", 3600], ["minutes", 60]];

/** The two largest units, rounded down: "3 d 4 h", "2 h 5 min", "12 min". The sign is ignored. */
export function span(seconds, words) {
  let rest = Math.trunc(Math.abs(seconds));
  if (rest < 60) return words.seconds;
  const parts = [];
  for (const [unit, size] of UNITS) {
    const number = Math.floor(rest / size);
    rest %= size;
    if (number || parts.length) parts.push([unit, number]);
  }
  return parts.slice(0, 2).filter(([, number]) => number)
    .map(([unit, number]) => words[unit].replace("%(num)s", number)).join(" ");
}

/** What a running clock's chip shows at a moment: {word, text}. A clock past its due time is late, whoever said what. */
export function clockFace(word, due, now, words) {
  const seconds = (due - now) / 1000;
  if (seconds < 0) return { word: "breached", text: words.late.replace("%(time)s", span(seconds, words)) };
  return { word: word === "breached" ? "ok" : word, text: `${span(seconds, words)} ${words.left}` };
}
