// Watches a page from its first moment, and answers the harness's questions about it. Installed before any script of the
// page runs (eyes.py); nothing of it is ever served.
window.flEyes = (() => {
  const shifts = [];
  const policy = [];
  let known = [];
  let before = new Map();
  let passed = new Map();

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) shifts.push({ value: entry.value, who: entry.sources.map((each) => `${named(each.node)} ${path(each)}`) });
    }
  }).observe({ type: "layout-shift", buffered: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    policy.push(`${event.violatedDirective} refused ${event.blockedURI || "inline"} ${event.sourceFile ?? ""}:${event.lineNumber}`);
  });

  /** From where to where it went, in pixels. */
  function path({ previousRect: from, currentRect: to }) {
    return `(${[from, to].map((each) => [each.x, each.y, each.width, each.height].map(Math.round).join(" ")).join(" → ")})`;
  }

  /** An element as a person finds it in the source. */
  function named(node) {
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!(element instanceof Element)) return "gone";
    const id = element.id ? `#${element.id}` : "";
    const text = (element.getAttribute("aria-label") || element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.localName}${id} class="${element.getAttribute("class") ?? ""}"> ${text}`;
  }

  const SELECTOR = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable=true]";
  // In these, one element is reached by Tab and the arrows lead on (ARIA Authoring Practices).
  const COMPOSITE = "[role=grid], [role=listbox], [role=menu], [role=menubar], [role=tablist], [role=radiogroup], [role=tree], [role=toolbar]";

  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

  /** What belongs to the page now: all of it, or the open dialog alone. */
  function scope() {
    const dialogs = [...document.querySelectorAll("dialog:modal")];
    return dialogs.at(-1) ?? document;
  }

  function isRadioThatIsSkipped(element) {
    if (element.type !== "radio") return false;
    const group = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(element.name)}"]`)]
      .filter((each) => each.form === element.form);
    return element !== (group.find((each) => each.checked) ?? group[0]);
  }

  /** What a person may want to use, and of it what Tab ought to reach. */
  function interactive() {
    const all = [...scope().querySelectorAll(SELECTOR)].filter((element) =>
      shown(element) && !element.matches(":disabled") && !element.closest("[inert]") && !isRadioThatIsSkipped(element));
    const native = all.filter((element) => !element.matches("[tabindex]") || element.tabIndex >= 0
      || element.matches("a[href], button, input, select, textarea, summary"));
    const first = (summary) => summary.localName !== "summary"
      || (summary.parentElement.localName === "details" && summary.parentElement.querySelector(":scope > summary") === summary);
    return {
      reached: native.filter((element) => element.tabIndex >= 0 && first(element)),
      forgotten: native.filter((element) => element.tabIndex < 0 && !element.closest(COMPOSITE)),
    };
  }

  const LOOKS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderTopColor", "borderBottomColor",
    "backgroundColor", "color", "textDecorationLine", "transform", "clipPath"];
  const around = (element) => [element, element.nextElementSibling, element.parentElement, element.parentElement?.parentElement]
    .filter(Boolean);

  function looks(element) {
    const style = getComputedStyle(element);
    return LOOKS.map((name) => style[name]).join("|");
  }

  function beginWalk() {
    known = interactive().reached;
    before = new Map();
    for (const element of known) for (const each of around(element)) if (!before.has(each)) before.set(each, looks(each));
    document.activeElement?.blur?.();
    passed = new Map();
    document.addEventListener("keydown", pass, true);
    return known.length;
  }

  /** Where the focus is when the next key goes down has come to rest: what a glance says of it. */
  function pass() {
    const place = known.indexOf(document.activeElement);
    if (place >= 0 && !passed.has(place)) passed.set(place, faultOf(known[place]));
  }

  /** How many places were passed, the present one, too; -1 when a glance does not do: a step at a time then. */
  function glance() {
    pass();
    return [...passed.values()].some(Boolean) ? -1 : passed.size;
  }

  /** Where the focus is: its place in the list (-1 elsewhere), and what is wrong with it there. */
  async function step() {
    const place = known.indexOf(document.activeElement);
    if (place < 0) return { place, fault: "" };
    let fault = faultOf(known[place]);
    if (fault) {
      // What comes into view by a transition needs a frame or two for it, and what goes, too.
      await Promise.race([still(), new Promise((done) => setTimeout(done, 500))]);
      fault = faultOf(known[place]);
    }
    return { place, fault };
  }

  async function still() {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await Promise.allSettled(document.getAnimations().map((each) => each.finished));
  }

  function faultOf(element) {
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const changed = ring || around(element).some((each) => before.has(each) && before.get(each) !== looks(each));
    return changed ? covered(element) : `focus cannot be seen: ${named(element)}`;
  }

  /** WCAG 2.4.11: what has the focus is not hidden behind something else. */
  function covered(element) {
    const box = element.getClientRects()[0];
    if (!box || box.width < 3 || box.height < 3) return "";
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) {
      return `focus lies outside of the window: ${named(element)}`;
    }
    // What fills the window is seen in any case.
    if (box.height > innerHeight / 2) return "";
    const top = document.elementFromPoint(x, y);
    if (!top || top.contains(element) || element.contains(top) || element.labels && [...element.labels].some((label) => label.contains(top))) return "";
    return `focus lies behind ${named(top)}: ${named(element)}`;
  }

  /** What was never reached, and what was taken out of the way of Tab. */
  function endWalk(places) {
    const reached = new Set(places);
    return [
      ...known.filter((element, place) => !reached.has(place) && element.isConnected && shown(element)).map((element) => `Tab does not reach ${named(element)}`),
      ...interactive().forgotten.map((element) => `taken out of the Tab order: ${named(element)}`),
    ];
  }

  /** How far down the window the focus is. */
  const placeOfFocus = () => document.activeElement.getBoundingClientRect().top;

  function repeatedIds() {
    const times = new Map();
    for (const { id } of document.querySelectorAll("[id]")) times.set(id, (times.get(id) ?? 0) + 1);
    return [...times].filter(([, many]) => many > 1).map(([id]) => `id used twice: ${id}`);
  }

  /** How much wider than the window the page is, and which elements make it so. */
  function tooWide() {
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((element) => shown(element)
      && element.getBoundingClientRect().right > page.clientWidth + 1).slice(-3).map(named);
    return [`${page.scrollWidth - page.clientWidth} px wider than the window: ${wide.join(", ")}`];
  }

  return { shifts, policy, beginWalk, glance, step, endWalk, placeOfFocus, repeatedIds, tooWide };
})();
