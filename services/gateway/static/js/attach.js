// Files of a form: dropped, pasted, listed, taken out again, and refused before a large one travels in vain.
//
// Everything is listened for on the document, so fields that come later (an incident beside the queue) work as well. The
// field itself is an ordinary file input: without this script it does the same, less comfortably.

const field = (node) => node?.closest?.("form")?.querySelector("[data-fl-attach]") ?? null;
const input = (attach) => attach.querySelector("input[type=file]");
const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

document.documentElement.classList.add("fl-attach-on");

document.addEventListener("change", (event) => {
  const attach = event.target.closest?.("[data-fl-attach]");
  if (attach && event.target.type === "file") put(attach, [...event.target.files]);
});

document.addEventListener("paste", (event) => {
  const attach = field(event.target);
  const files = [...(event.clipboardData?.files ?? [])];
  if (!attach || !files.length) return;
  event.preventDefault();
  add(attach, files);
});

document.addEventListener("dragover", (event) => {
  const attach = field(event.target);
  if (!attach || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  attach.closest("form").classList.add("fl-dropping");
});

for (const name of ["dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    if (name === "dragleave" && event.relatedTarget?.closest?.("form.fl-dropping")) return;
    for (const form of document.querySelectorAll("form.fl-dropping")) form.classList.remove("fl-dropping");
  });
}

document.addEventListener("drop", (event) => {
  const attach = field(event.target);
  if (!attach || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  add(attach, [...event.dataTransfer.files]);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fl-attach-out]");
  if (!button) return;
  const attach = button.closest("[data-fl-attach]");
  put(attach, [...input(attach).files].filter((_, place) => place !== Number(button.dataset.flAttachOut)));
  input(attach).focus();
});

document.addEventListener("reset", (event) => {
  const attach = field(event.target.elements?.[0]);
  if (!attach) return;
  for (const kept of attach.querySelectorAll(".fl-attach-kept")) kept.remove();
  put(attach, []);
});

function add(attach, files) {
  put(attach, [...input(attach).files, ...files]);
}

/** Makes these the field's files, less those that would be refused. */
function put(attach, files) {
  const { flMost, flLargest, flTooLarge, flTooMany } = attach.dataset;
  const large = files.find((file) => file.size > Number(flLargest));
  let fitting = files.filter((file) => file.size <= Number(flLargest));
  const room = Number(flMost) - attach.querySelectorAll("[name=attachment_ids]:checked").length;
  const many = fitting.length > room;
  fitting = fitting.slice(0, Math.max(room, 0));
  const chosen = new DataTransfer();
  for (const file of fitting) chosen.items.add(file);
  input(attach).files = chosen.files;
  list(attach, fitting);
  say(attach, large ? flTooLarge.replace("{name}", large.name) : many ? flTooMany : "");
}

function list(attach, files) {
  const place = attach.querySelector("[data-fl-attach-list]");
  place.hidden = !files.length;
  place.replaceChildren(...files.map((file, number) => {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.className = "fl-attach-name";
    name.textContent = file.name;
    const bytes = document.createElement("span");
    bytes.className = "fl-file-size";
    bytes.textContent = weight(file.size, document.documentElement.lang.startsWith("fr") ? "o" : "B");
    const out = document.createElement("button");
    out.type = "button";
    out.className = "fl-attach-out";
    out.dataset.flAttachOut = number;
    out.setAttribute("aria-label", attach.dataset.flRemove.replace("{name}", file.name));
    out.textContent = "×";
    line.append(name, bytes, out);
    return line;
  }));
}

function weight(bytes, unit) {
  if (bytes < 1000) return `${bytes} ${unit}`;
  return bytes < 1e6 ? `${size.format(bytes / 1000)} k${unit}` : `${size.format(bytes / 1e6)} M${unit}`;
}

function say(attach, message) {
  const place = attach.querySelector("[data-fl-attach-error]");
  place.querySelector("span").textContent = message;
  place.hidden = !message;
  attach.classList.toggle("fl-field-wrong", Boolean(message));
}
