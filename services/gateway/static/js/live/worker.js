// The browser's one connection, for all its tabs. A worker's name says for whom: JSON of {origin, session, tenant}.

import { Hub } from "./hub.js";
import { outlived } from "./tabs.js";

const hub = new Hub(JSON.parse(self.name));

self.onconnect = ({ ports: [port] }) => {
  let tab = "";
  const leave = () => { if (tab) hub.leaves(tab); };
  port.onmessage = ({ data }) => {
    if (data.type === "wants") {
      tab = data.tab;
      hub.wants(tab, data.wanted, (message) => port.postMessage(message));
    } else if (data.type === "held") outlived(data.tab, () => hub.leaves(data.tab));
    else if (data.type === "leaves") leave();
    else if (data.type === "again") hub.again();
    else if (data.type === "offline") hub.offline();
  };
};
