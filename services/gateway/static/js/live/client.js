// A page's end of the one live connection. See hub.js for what comes over it.
//
//   const live = connect({origin, session, tenant, worker});
//   const end = live.listen({queue: true}, {state, snapshot, queue_entry, presence});
//   const end = live.listen({incident: id, viewing: true}, {state, snapshot, incident, presence, gone});
//   live.typing(id);
//
// `state` is called with "connecting", "live", "reconnecting" or "signed_out", and the server's time in milliseconds where
// that is news; `snapshot` when something may have been
// missed, and once in the beginning; `presence` with {incident_id, people: [{person_id, name, typing}]}.

import { elected } from "./leader.js";
import { liveTab } from "./tabs.js";

const TYPING_MILLISECONDS = 5000;
// What a topic of the whole queue hears.
const QUEUE = new Set(["queue_entry", "presence"]);

/** place: what the server put into the page: {origin, session, tenant, worker}. */
export function connect(place) {
  const topics = new Set();
  const typing = new Map();
  const present = new Map();
  let state = "connecting";
  let line = open(place);

  function open(where) {
    // Whoever would wait for a lock that we do not hold yet would take us for gone at once.
    const tab = liveTab(() => made.send({ type: "held" }));
    const made = "SharedWorker" in window ? shared(where, tab) : elected(where, tab);
    made.hears = hear;
    return made;
  }

  function wanted() {
    const incidents = [...topics].flatMap(({ topic }) => topic.incident ?? []);
    const viewing = [...topics].filter(({ topic }) => topic.viewing).map(({ topic }) => topic.incident);
    return {
      queue: [...topics].some(({ topic }) => topic.queue),
      incidents: [...new Set(incidents)],
      viewing: document.visibilityState === "visible" ? [...new Set(viewing)] : [],
      typing: [...typing.keys()],
    };
  }

  const say = () => line.send({ type: "wants", wanted: wanted() });

  function hear(message) {
    if (message.type === "state") {
      state = message.state;
      for (const { handlers } of topics) handlers.state?.(state, message.time);
    } else if (message.type === "snapshot") {
      for (const { topic, handlers } of topics) {
        if (topic.queue ? message.queue : message.incidents.includes(topic.incident)) handlers.snapshot?.();
      }
    } else if (message.type === "presence") begin(message.all);
    else if (message.type === "event") deliver(message.name, message.data);
  }

  function begin(all) {
    for (const incidentId of [...present.keys()]) deliver("presence", { incident_id: incidentId, people: [] });
    for (const told of all) deliver("presence", told);
  }

  function deliver(name, told) {
    if (name === "presence") {
      if (told.people.length) present.set(told.incident_id, told);
      else present.delete(told.incident_id);
    }
    for (const { topic, handlers } of topics) {
      const its = topic.queue ? QUEUE.has(name) : name !== "queue_entry" && told.incident_id === topic.incident;
      if (its) handlers[name]?.(told);
    }
  }

  /** Listens to a topic, {queue: true} or {incident, viewing}; answers a function that ends it. */
  function listen(topic, handlers) {
    const entry = { topic, handlers };
    topics.add(entry);
    say();
    handlers.state?.(state, null);
    for (const told of present.values()) if (topic.queue || told.incident_id === topic.incident) handlers.presence?.(told);
    return () => { if (topics.delete(entry)) say(); };
  }

  /** Somebody writes in an incident just now. */
  function write(incidentId) {
    const known = typing.get(incidentId);
    clearTimeout(known);
    typing.set(incidentId, setTimeout(() => rest(incidentId), TYPING_MILLISECONDS));
    if (!known) say();
  }

  /** They do not any more. */
  function rest(incidentId) {
    clearTimeout(typing.get(incidentId));
    if (typing.delete(incidentId)) say();
  }

  addEventListener("online", () => line.send({ type: "again" }));
  addEventListener("offline", () => line.send({ type: "offline" }));
  document.addEventListener("visibilitychange", () => {
    say();
    if (document.visibilityState === "visible" && state !== "live") line.send({ type: "again" });
  });
  addEventListener("pagehide", () => line.send({ type: "leaves" }));
  addEventListener("pageshow", (event) => { if (event.persisted) say(); });

  return {
    listen,
    typing: write,
    rest,
    get state() { return state; },
    /** Goes on as another session of the same person: they signed in again. */
    renew(session) {
      line.send({ type: "leaves" });
      line = open({ ...place, session });
      say();
    },
  };
}

/** A line to the SharedWorker of this session. */
function shared({ origin, session, tenant, worker }, tab) {
  const line = { hears: () => {} };
  const made = new SharedWorker(worker, { type: "module", name: JSON.stringify({ origin, session, tenant }) });
  made.port.onmessage = ({ data }) => line.hears(data);
  line.send = (message) => made.port.postMessage({ ...message, tab });
  return line;
}
