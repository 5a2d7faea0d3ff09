// The one connection of a browser: it listens for all tabs of a session, and gives each what it wants.
//
// It runs in a SharedWorker (worker.js) or, where there is none, in the tab that leads (client.js). A tab says what it wants
// as a whole, {type: "wants", queue, incidents, viewing, typing}, and is told
//   {type: "state", state, time}       "connecting", "live", "reconnecting" or "signed_out"; the server's time, if known
//   {type: "snapshot", queue, incidents}   something may have been missed: fetch it
//   {type: "event", name, data}        queue_entry, incident, presence, gone
//   {type: "presence", all}            who looks at what, from the beginning

import { covers, fields, isFor, nothing, same, union } from "./interests.js";
import { openStream } from "./stream.js";

const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000];
// A page that follows another one finds the connection still open.
const LINGER_MILLISECONDS = 3000;
const TOLD = new Set(["queue_entry", "incident", "presence", "gone"]);

export class Hub {
  #tabs = new Map();
  #present = new Map();
  #state = "connecting";
  #skew = null;
  #place = "";
  #connection = "";
  #close = null;
  #failures = 0;
  #timer = 0;
  #had = nothing();
  #posting = false;

  /** origin: of the live face; session: the tag of who is signed in; tenant: of a portal, "" in the console. */
  constructor({ origin, session, tenant }) {
    this.address = new URL(`${origin}/live/session`);
    this.address.searchParams.set("session", session);
    if (tenant) this.address.searchParams.set("tenant_id", tenant);
  }

  /** A tab wants this from now on. tell(message) reaches it. */
  wants(tab, wanted, tell) {
    const known = this.#tabs.get(tab);
    const entry = { ...nothing(), ...wanted, tell };
    this.#tabs.set(tab, entry);
    if (!known) tell(this.#stateNow());
    if (!this.#close && !this.#timer && this.#state !== "signed_out") return this.#open();
    if (this.#state !== "live") return undefined;
    const news = this.#unseen(known ?? nothing(), entry);
    if (news && covers(this.#had, entry)) this.#catchUp(entry, news);
    return this.#post();
  }

  /** A tab has gone. */
  leaves(tab) {
    if (!this.#tabs.delete(tab)) return;
    if (this.#tabs.size) return void this.#post();
    setTimeout(() => { if (!this.#tabs.size) this.#stop(); }, LINGER_MILLISECONDS);
  }

  /** The network is back, or somebody has come back to the tab: no more waiting. */
  again() {
    if (this.#timer || this.#state === "signed_out") this.#open();
  }

  /** The network is gone, says the browser; a stream over it would only be found silent much later. */
  offline() {
    if (this.#close) this.#lost();
  }

  #stop() {
    this.#close?.();
    clearTimeout(this.#timer);
    this.#close = null;
    this.#timer = 0;
    this.#connection = "";
    this.#place = "";
    this.#state = "connecting";
  }

  #open() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#close?.();
    // Who looks at what is said once the connection has a name.
    this.#had = { ...this.#union(), viewing: [], typing: [] };
    const address = new URL(this.address);
    for (const [name, value] of fields(this.#had)) address.searchParams.append(name, value);
    if (this.#place) address.searchParams.set("after", this.#place);
    this.#close = openStream(address, {
      heard: (event) => this.#heard(event),
      ended: (how) => this.#ended(how),
    });
  }

  #ended({ status }) {
    this.#close = null;
    if (status === 401 || status === 403 || status === 404) this.#become("signed_out");
    else this.#lost();
  }

  #lost() {
    this.#close?.();
    this.#close = null;
    this.#connection = "";
    if (!this.#tabs.size) return this.#stop();
    this.#become("reconnecting");
    const pause = PAUSES[Math.min(this.#failures, PAUSES.length - 1)] * (0.75 + Math.random() / 2);
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), pause);
    return undefined;
  }

  #heard({ event, data, id }) {
    const told = JSON.parse(data);
    if (event === "hello") return this.#greeted(told, id);
    if (id) this.#place = id;
    if (event === "signed_out") {
      this.#close?.();
      this.#close = null;
      return this.#become("signed_out");
    }
    if (event === "resync") return this.#catchUpAll();
    if (!TOLD.has(event)) return undefined;
    if (event === "presence") this.#remember(told);
    for (const tab of this.#tabs.values()) {
      if (isFor(tab, event, told)) tab.tell({ type: "event", name: event, data: told });
    }
    return undefined;
  }

  #greeted(told, id) {
    const resumed = Boolean(this.#place);
    this.#connection = told.connection_id;
    this.#place ||= id || told.sequence;
    this.#skew = Date.parse(told.time) - Date.now();
    this.#failures = 0;
    this.#present.clear();
    for (const tab of this.#tabs.values()) tab.tell({ type: "presence", all: [] });
    this.#become("live");
    if (!resumed) this.#catchUpAll();
    this.#post();
  }

  #remember(told) {
    if (told.people.length) this.#present.set(told.incident_id, told);
    else this.#present.delete(told.incident_id);
  }

  #become(state) {
    this.#state = state;
    for (const tab of this.#tabs.values()) tab.tell(this.#stateNow());
  }

  #stateNow() {
    return { type: "state", state: this.#state, time: this.#skew === null ? null : Date.now() + this.#skew };
  }

  #union() {
    return union(this.#tabs.values());
  }

  /** What a tab wants now and did not before; null for nothing. */
  #unseen(before, after) {
    const incidents = after.incidents.filter((each) => !before.incidents.includes(each));
    const queue = after.queue && !before.queue;
    return queue || incidents.length ? { queue, incidents } : null;
  }

  #catchUp(tab, news) {
    tab.tell({ type: "presence", all: [...this.#present.values()].filter((each) => isFor(tab, "presence", each)) });
    tab.tell({ type: "snapshot", ...news });
  }

  #catchUpAll() {
    for (const tab of this.#tabs.values()) this.#catchUp(tab, { queue: tab.queue, incidents: tab.incidents });
  }

  /** Tells the server what is wanted now, one request at a time; then tabs fetch what was not listened to before. */
  async #post() {
    if (this.#posting || this.#state !== "live" || same(this.#had, this.#union())) return;
    this.#posting = true;
    const connection = this.#connection;
    const before = this.#had;
    const wanted = this.#union();
    const address = new URL(this.address);
    address.pathname += `/${connection}`;
    address.search = "";
    let answer = null;
    try {
      answer = await fetch(address, { method: "POST", credentials: "include", body: fields(wanted) });
    } catch {
      // The stream will tell whether the server is away.
    }
    this.#posting = false;
    if (connection !== this.#connection) return; // another stream by now, opened with what was wanted then
    if (!answer?.ok) {
      // A connection that nobody knows is none.
      if (answer?.status === 404) this.#lost();
      else setTimeout(() => this.#post(), PAUSES[2]);
      return;
    }
    this.#had = wanted;
    for (const tab of this.#tabs.values()) {
      const news = this.#unseen(before, tab);
      if (news && covers(wanted, tab)) this.#catchUp(tab, news);
    }
    this.#post();
  }
}
