// Reads server-sent events (WHATWG HTML, section 9.2) piece by piece, as the network delivers them.

/** take(text) is given each piece; tell({event, data, id}) is called for every event, data as text. */
export function reader(tell) {
  let rest = "";
  let fields = { event: "", data: [], id: "" };

  function line(text) {
    if (!text) {
      if (fields.data.length) tell({ event: fields.event || "message", data: fields.data.join("\n"), id: fields.id });
      fields = { event: "", data: [], id: "" };
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return; // a heartbeat
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "data") fields.data.push(value);
    else if (name === "event" || name === "id") fields[name] = value;
  }

  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const each of lines) line(each);
  };
}
