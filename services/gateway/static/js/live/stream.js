// One stream from the live face, over fetch: unlike EventSource it says why it was refused, and a silent one is noticed.

import { reader } from "./events.js";

// The server says something every fifteen seconds at the least.
const SILENT_MILLISECONDS = 40_000;

/**
 * Opens a stream. heard({event, data, id}) is called for each event; ended({status}) once, with status 0 when it was
 * lost. Answers a function that closes it without a word.
 */
export function openStream(address, { heard, ended }) {
  const abort = new AbortController();
  let closed = false;
  let silence = 0;

  function alive() {
    clearTimeout(silence);
    silence = setTimeout(() => abort.abort(), SILENT_MILLISECONDS);
  }

  function finish(how) {
    clearTimeout(silence);
    if (!closed) ended(how);
    closed = true;
  }

  async function run() {
    alive();
    const response = await fetch(address, { credentials: "include", cache: "no-store", signal: abort.signal });
    if (!response.ok) return finish({ status: response.status });
    const take = reader((event) => { if (!closed) heard(event); });
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await pieces.read();
      if (done) return finish({ status: 0 });
      alive();
      take(value);
    }
  }

  run().catch(() => finish({ status: 0 }));
  return () => {
    closed = true;
    clearTimeout(silence);
    abort.abort();
  };
}
