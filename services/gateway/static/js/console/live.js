// The console's end of the browser's one live connection (../live/client.js).

import { connect } from "../live/client.js";
import { ask, data, setServerTime } from "./page.js";

const RENEW_MILLISECONDS = 15_000;
const live = connect(data.live);
let asking = 0;

/**
 * Listens to the queue, {queue: true}, or to one incident, {incident: id}. handlers: `state` ("connecting", "live",
 * "reconnecting", "signed_out"), `snapshot` (fetch what is shown: something may have been missed), and one for each kind
 * of event: queue_entry, presence; incident, presence, gone. Answers a function that ends it.
 */
export function listen(topic, handlers) {
  return live.listen({ ...topic, viewing: Boolean(topic.incident) }, {
    ...handlers,
    state: (word, time) => {
      if (time) setServerTime(time);
      if (word === "signed_out") renewSoon();
      handlers.state?.(word);
    },
  });
}

/** Somebody writes in an incident just now; or has sent it, or given up. */
export const writes = (incidentId) => live.typing(incidentId);
export const rests = (incidentId) => live.rest(incidentId);

// Who signed in again in another tab, as the same person, goes on here by itself.
function renewSoon() {
  if (asking) return;
  asking = setTimeout(async () => {
    asking = 0;
    if (live.state !== "signed_out") return;
    const answer = document.hidden ? null : await ask("/console/counts.json").catch(() => null);
    if (answer?.ok && answer.json.me === data.me && answer.json.session !== data.live.session) {
      data.csrf = answer.json.csrf;
      data.live.session = answer.json.session;
      live.renew(answer.json.session);
    } else renewSoon();
  }, document.hidden ? RENEW_MILLISECONDS : RENEW_MILLISECONDS / 5);
}
