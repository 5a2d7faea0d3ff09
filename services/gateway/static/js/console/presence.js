// Who else looks at an incident, as initials: on rows of the queue and over the incident itself.

import { data, say, words } from "./page.js";

const SHOWN = 3;
const there = new Map();

/** "Tia Tech" → "TT"; of one word its first two letters. */
export function initials(name) {
  const parts = name.trim().split(/[\s-]+/u).filter(Boolean);
  const letters = parts.length > 1 ? [...parts[0]][0] + [...parts.at(-1)][0] : [...(parts[0] ?? "?")].slice(0, 2).join("");
  return letters.toLocaleUpperCase(data.locale);
}

/** Learns who is there; oneself is not told. */
export function learn({ incident_id: incidentId, people }) {
  const others = people.filter((each) => each.person_id !== data.me);
  if (others.length) there.set(incidentId, others);
  else there.delete(incidentId);
}

/** Fills the place in a row; made when the first one comes. */
export function markRow(row) {
  const people = there.get(row.dataset.flId) ?? [];
  let place = row.querySelector("[data-fl=present]");
  if (!place && !people.length) return;
  if (!place) {
    place = avatarsPlace();
    place.dataset.fl = "present";
    row.querySelector(".fl-cell-title").append(place);
  }
  fill(place, people);
}

/** Fills the place over an incident, and says it once to those who listen. */
export function markArticle(article) {
  const people = there.get(article.dataset.flIncident) ?? [];
  let place = article.querySelector("[data-fl-present]");
  if (!place && !people.length) return;
  if (!place) {
    place = avatarsPlace();
    place.setAttribute("role", "status");
    place.dataset.flPresent = "";
    article.prepend(place);
  }
  fill(place, people);
  article.classList.toggle("fl-incident-shared", people.length > 0);
}

function avatarsPlace() {
  const place = document.createElement("span");
  place.className = "fl-avatars";
  return place;
}

function fill(place, people) {
  const key = JSON.stringify(people);
  if (place.dataset.flWho === key) return;
  place.dataset.flWho = key;
  place.hidden = people.length === 0;
  const shown = people.slice(0, people.length > SHOWN ? SHOWN - 1 : SHOWN).map(avatar);
  if (people.length > SHOWN) shown.push(bubble(`+${people.length - SHOWN + 1}`, ""));
  const said = document.createElement("span");
  said.className = "fl-hidden";
  said.textContent = people.map(sentence).join(", ");
  place.title = said.textContent;
  place.replaceChildren(...shown, said);
}

const sentence = ({ name, typing }) => say(typing ? words.types : words.looks, { name });

function avatar({ person_id: personId, name, typing }) {
  const made = bubble(initials(name), `fl-avatar-${[...personId].reduce((sum, each) => sum + each.charCodeAt(0), 0) % 6}`);
  made.classList.toggle("fl-avatar-typing", typing);
  return made;
}

function bubble(text, kind) {
  const made = document.createElement("span");
  made.className = `fl-avatar ${kind}`.trim();
  made.setAttribute("aria-hidden", "true");
  made.textContent = text;
  return made;
}
