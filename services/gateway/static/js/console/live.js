// One stream of server-sent events, kept open. The browser reconnects by itself and says where it left off; where it
// gives up (a refusal, a server away for longer) we begin again from the last event we heard.

import { setServerTime } from "./page.js";

const AGAIN_MILLISECONDS = 3000;
const NEVER_AGAIN = new Set(["signed_out"]);

/**
 * Listens to a stream. handlers: {event name: (data) => …}; `snapshot` is called when something may have been missed,
 * `state` with "connecting", "live", "reconnecting" or "signed_out". Answers a function that ends it.
 */
export function listen(address, handlers) {
  let source, timer, last = "", ended = false, greeted = false;

  const state = (word) => handlers.state?.(word);

  function open() {
    const url = new URL(address);
    if (last) url.searchParams.set("after", last);
    source = new EventSource(url, { withCredentials: true });
    source.addEventListener("hello", (event) => {
      last = event.lastEventId || last;
      setServerTime(JSON.parse(event.data).time);
      state("live");
      // Between the page's making and this moment things may have happened.
      if (!greeted) handlers.snapshot?.();
      greeted = true;
    });
    source.addEventListener("resync", () => handlers.snapshot?.());
    source.addEventListener("signed_out", () => { state("signed_out"); close(); });
    for (const name of Object.keys(handlers)) {
      if (["state", "snapshot", ...NEVER_AGAIN].includes(name)) continue;
      source.addEventListener(name, (event) => {
        last = event.lastEventId || last;
        handlers[name](JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      if (ended) return;
      state("reconnecting");
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(open, AGAIN_MILLISECONDS);
    };
  }

  function close() {
    ended = true;
    clearTimeout(timer);
    source?.close();
  }

  state("connecting");
  open();
  return close;
}
