// One incident on the page: its forms send without leaving, what is typed is kept, and news is patched in.

import * as drafts from "./drafts.js";
import { listen, rests, writes } from "./live.js";
import { ask, parse, say, soon, toast, words } from "./page.js";
import { learn, markArticle } from "./presence.js";
import { tick } from "./ticker.js";

const CALLS_MILLISECONDS = 15_000;

/** Brings an article to life. onState is told how the connection stands. Answers {article, refresh, close, compose}. */
export function enliven(article, onState) {
  const incidentId = article.dataset.flIncident;
  const refresh = () => reload(article);
  // Clocks and deliveries follow an event by a moment.
  const refreshLater = soon(refresh, 1500);
  const refreshSoon = soon(() => { refresh(); refreshLater(); }, 120);
  article.addEventListener("submit", onSubmit);
  article.addEventListener("input", onInput);
  article.addEventListener("toggle", onToggle, true);
  article.addEventListener("click", onClick);
  scrollerOf(article).addEventListener("scroll", () => { if (isAtEnd(article)) showUnread(article, 0); }, { passive: true });
  for (const button of article.querySelectorAll("[data-fl-insert]")) button.hidden = false;
  drafts.sweep();
  restore(article);
  fade(article);
  // A telephone begins at the top: title, client and clocks come first there.
  if (scrollerOf(article) !== article) toEnd(article);
  const stop = listen({ incident: incidentId }, {
    state: onState,
    snapshot: refreshSoon,
    presence: (told) => { learn(told); markArticle(article); },
    incident: (told) => { if (told.revision > Number(article.dataset.flRevision)) refreshSoon(); },
  });
  // A call changes nothing of the record: while somebody is called, it is looked whom, and whether anybody answered.
  const calls = setInterval(() => {
    const focused = document.activeElement;
    // What has the focus and could not be given it again stays as it is.
    const free = !article.contains(focused) || focused.id;
    if (!document.hidden && free && article.querySelector("[data-fl-calling]")) refresh();
  }, CALLS_MILLISECONDS);
  const close = () => { clearInterval(calls); stop(); };
  return { article, incidentId, refresh: refreshSoon, close, compose: (mode) => compose(article, mode) };
}

/** Opens the composer in a mode and puts the cursor into it. */
function compose(article, mode) {
  const place = article.querySelector(`[data-fl-compose="${mode}"]`);
  if (!place) return;
  place.open = true;
  const text = place.querySelector("textarea");
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

async function reload(article) {
  const { flNumber: number, flHeading: heading } = article.dataset;
  let answer;
  try {
    answer = await ask(`/console/incidents/${encodeURIComponent(number)}?heading=${heading}`);
  } catch {
    return; // the connection's own state says so
  }
  if (answer.ok) adopt(article, parse(answer.text).querySelector("article"));
}

/** Takes over what a newer rendering shows, but nothing that somebody is busy with. */
function adopt(article, fresh, { also = [] } = {}) {
  if (!fresh || Number(fresh.dataset.flRevision) < Number(article.dataset.flRevision)) return;
  article.dataset.flRevision = fresh.dataset.flRevision;
  article.dataset.flState = fresh.dataset.flState;
  for (const part of fresh.querySelectorAll("[data-fl-part]")) {
    const name = part.dataset.flPart;
    const old = article.querySelector(`[data-fl-part="${name}"]`);
    if (!also.includes(name) && (name === "composer" || name === "done" || isBusy(old))) follow(old, part);
    else replace(old, part);
  }
  addLines(article, fresh);
  restore(article);
  tick();
}

const isBusy = (part) => (part.dataset.flPart === "acts" && part.querySelector("details[open]") !== null)
  || [...part.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);

/** A form that somebody fills in keeps its text; what it is sent against becomes the newest. */
function follow(old, fresh) {
  for (const form of old.querySelectorAll("form[data-fl-act]")) {
    const twin = fresh.querySelector(`form[data-fl-act="${form.dataset.flAct}"]`);
    if (twin) form.elements.revision.value = twin.elements.revision.value;
  }
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...old.querySelectorAll("details[data-fl-keep][open]")].map((each) => each.dataset.flKeep);
  old.replaceWith(fresh);
  for (const button of fresh.querySelectorAll("[data-fl-insert]")) button.hidden = false;
  for (const name of open) {
    const again = fresh.querySelector(`[data-fl-keep="${CSS.escape(name)}"]`);
    if (again) again.open = true;
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function addLines(article, fresh) {
  const list = article.querySelector("[data-fl-timeline]");
  const known = new Set([...list.children].map((line) => line.id));
  const atEnd = isAtEnd(article);
  let added = 0;
  for (const line of [...fresh.querySelector("[data-fl-timeline]").children]) {
    if (known.has(line.id)) continue;
    line.classList.add("fl-entry-new");
    list.append(line);
    added += 1;
  }
  if (added && atEnd) toEnd(article);
  else if (added) showUnread(article, Number(article.dataset.flUnseen ?? 0) + added);
}

/** Whether the newest line is in sight. */
function isAtEnd(article) {
  const scroller = scrollerOf(article);
  const line = article.querySelector("[data-fl-timeline]").lastElementChild;
  if (!line) return true;
  const floor = scroller === article ? article.querySelector(".fl-composer").getBoundingClientRect().top : scroller.getBoundingClientRect().bottom;
  return line.getBoundingClientRect().bottom < floor + 80;
}

/** Says how many lines came that one has not scrolled to. */
function showUnread(article, many) {
  const place = article.querySelector("[data-fl-unread]");
  article.dataset.flUnseen = many;
  place.hidden = many === 0;
  if (many) place.querySelector("[data-fl-unread-text]").textContent = many === 1 ? words.one_new : say(words.new, { num: many });
}

function onClick(event) {
  const article = event.currentTarget;
  if (event.target.closest("[data-fl-unread]")) {
    toEnd(article);
    showUnread(article, 0);
  }
  const insert = event.target.closest("[data-fl-insert]");
  if (insert) addToReply(article, insert.dataset.flInsert);
}

/** Puts a line at the end of the reply that is being written. */
function addToReply(article, line) {
  const text = article.querySelector('[data-fl-compose="reply"] textarea');
  if (!text) return;
  text.value = [text.value.trimEnd(), line].filter(Boolean).join("\n\n");
  compose(article, "reply");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Where there is height only the history scrolls, elsewhere the whole article. */
function scrollerOf(article) {
  const body = article.querySelector(".fl-incident-body");
  return getComputedStyle(body).overflowY === "auto" ? body : article;
}

/** The newest message is what one came for. */
function toEnd(article) {
  article.querySelector("[data-fl-timeline]").lastElementChild?.scrollIntoView({ block: "nearest" });
}

async function onSubmit(event) {
  const form = event.target;
  const article = event.currentTarget;
  if (!form.matches("form[data-fl-act]")) return;
  event.preventDefault();
  if (form.dataset.flSending) return;
  form.dataset.flSending = "yes";
  form.classList.add("fl-sending");
  try {
    await send(article, form);
  } finally {
    delete form.dataset.flSending;
    delete form.dataset.flSent;
    form.classList.remove("fl-sending");
  }
}

async function send(article, form) {
  let answer;
  try {
    const fields = new FormData(form);
    const body = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields);
    answer = await ask(form.action, { method: "POST", body });
  } catch {
    return refuse(form, words.away);
  }
  const action = form.dataset.flAct;
  const fresh = answer.json ? null : parse(answer.text).querySelector("article");
  if (answer.ok && fresh) {
    drafts.keep(article.dataset.flIncident, action, "");
    if (action === "reply" || action === "note") rests(article.dataset.flIncident);
    form.closest("details")?.removeAttribute("open");
    // Another mode's unsent text stays where it is.
    const sent = form.closest("[data-fl-part]").dataset.flPart;
    adopt(article, fresh, { also: ["done", sent === "composer" ? "" : sent] });
    fade(article);
    if (sent === "composer") renew(form, fresh);
    article.querySelector("#fl-incident-title").focus({ preventScroll: true });
    toEnd(article);
    showUnread(article, 0);
    article.dispatchEvent(new CustomEvent("fl-done", { bubbles: true, detail: { action } }));
  } else if (fresh) {
    refuse(form, fresh.querySelector("[data-fl-trouble]:not([hidden]) span")?.textContent || words.failed);
    adopt(article, fresh);
  } else {
    refuse(form, answer.status === 401 ? words.sign_in : answer.status === 503 ? words.away : words.failed);
  }
}

/** What was done is said for a while. */
function fade(article) {
  const done = article.querySelector('[data-fl-part="done"]');
  if (!done.hidden) setTimeout(() => { done.hidden = true; }, 6000);
}

/** After a message was sent its form is empty, with a new key. */
function renew(form, fresh) {
  const twin = fresh.querySelector(`form[data-fl-act="${form.dataset.flAct}"]`);
  form.reset();
  form.elements.text.value = "";
  quiet(form);
  if (twin) form.elements.once.value = twin.elements.once.value;
}

function refuse(form, message) {
  const place = form.querySelector("[data-fl-trouble]");
  if (!place) return toast(message);
  place.querySelector("span").textContent = message;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}

function quiet(form) {
  const trouble = form.querySelector("[data-fl-trouble]");
  if (trouble) trouble.hidden = true;
  const draft = form.querySelector("[data-fl-draft]");
  if (draft) draft.textContent = "";
  markDraft(form);
}

function onInput(event) {
  const form = event.target.closest("form[data-fl-act]");
  if (!form || !event.target.matches("textarea")) return;
  const incidentId = event.currentTarget.dataset.flIncident;
  const kept = drafts.keep(incidentId, form.dataset.flAct, event.target.value);
  const place = form.querySelector("[data-fl-draft]");
  if (!place) return;
  if (event.target.value) writes(incidentId);
  else rests(incidentId);
  place.textContent = kept && event.target.value ? words.draft_kept : "";
  markDraft(form);
}

/** Whether the summary says that something waits unsent. */
function markDraft(form) {
  const mark = form.closest("details")?.querySelector("[data-fl-waits]");
  if (mark) mark.hidden = form.elements.text.value === "";
}

/** A composer that opens takes the cursor. */
function onToggle(event) {
  if (!event.target.matches("[data-fl-compose], [data-fl-opens]") || !event.target.open) return;
  event.target.querySelector("textarea, select, input:not([type=hidden])")?.focus({ preventScroll: true });
  if (event.target.matches("[data-fl-compose]") && scrollerOf(event.currentTarget) !== event.currentTarget) toEnd(event.currentTarget);
}

/** Gives back what was typed and not sent. Nothing opens by itself: a mark says where something waits. */
function restore(article) {
  for (const form of article.querySelectorAll("form[data-fl-act]")) {
    const text = form.querySelector("textarea");
    const kept = text && !text.value ? drafts.load(article.dataset.flIncident, form.dataset.flAct) : "";
    if (!kept) continue;
    text.value = kept;
    const place = form.querySelector("[data-fl-draft]");
    if (!place) continue;
    place.textContent = words.draft_found;
    markDraft(form);
  }
}
