// Keeps what is being written in this tab, so that a lost session or a reload loses no text.
//
// A <textarea> or <input> with data-fl-draft is remembered under the page's address; the page that follows a successful
// form says so with ?done=… or lies elsewhere with its number in it. Signing out forgets everything.

const PREFIX = "fl-draft:";
const page = location.pathname.replace(/\/(reply|reopen|confirm)$/, "");
const done = new URLSearchParams(location.search).get("done");

function forget(prefix) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(prefix)) sessionStorage.removeItem(key);
  }
}

if (done) forget(done === "opened" ? PREFIX : `${PREFIX}${page}#`);

for (const field of document.querySelectorAll("[data-fl-draft]")) {
  const key = `${PREFIX}${page}#${field.name}`;
  if (!field.value) field.value = sessionStorage.getItem(key) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
}

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/logout") forget(PREFIX);
});
