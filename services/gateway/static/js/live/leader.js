// Where there is no SharedWorker: one tab leads, holding a lock, and has the connection; the others talk to it over a
// channel. When it closes, the next in line leads. Where there are no locks either, every tab has its own connection.

import { Hub } from "./hub.js";
import { outlived } from "./tabs.js";

/** A line to whoever leads, for the tab of this name. */
export function elected({ origin, session, tenant }, tab) {
  const name = `fl-live ${JSON.stringify({ origin, session, tenant })}`;
  const line = { hears: () => {} };
  if (!navigator.locks || !("BroadcastChannel" in self)) return alone(line, new Hub({ origin, session, tenant }), tab);
  const channel = new BroadcastChannel(name);
  let last = null;
  let held = false;
  channel.onmessage = ({ data }) => {
    if (data.to === tab) line.hears(data.message);
    // Another leads from now on, and knows nothing of us.
    else if (data.to === "everybody" && last) {
      line.send(last);
      if (held) line.send({ type: "held" });
    }
  };
  line.send = (message) => {
    if (message.type === "wants") last = message;
    if (message.type === "leaves") last = null;
    if (message.type === "held") held = true;
    channel.postMessage({ to: "leader", tab, message });
  };
  navigator.locks.request(name, () => {
    lead(name, new Hub({ origin, session, tenant }));
    return new Promise(() => {});
  });
  return line;
}

function lead(name, hub) {
  // A channel of its own: a channel does not hear itself, and the leader is one of the tabs.
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => {
    if (data.to !== "leader") return;
    const { tab, message } = data;
    if (message.type === "held") outlived(tab, () => hub.leaves(tab));
    else obey(hub, tab, message, (told) => channel.postMessage({ to: tab, message: told }));
  };
  channel.postMessage({ to: "everybody" });
}

function alone(line, hub, tab) {
  line.send = (message) => obey(hub, tab, message, (told) => line.hears(told));
  return line;
}

function obey(hub, tab, message, tell) {
  if (message.type === "wants") hub.wants(tab, message.wanted, tell);
  else if (message.type === "leaves") hub.leaves(tab);
  else if (message.type === "again") hub.again();
  else if (message.type === "offline") hub.offline();
}
