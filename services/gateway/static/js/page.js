// What every page does with a script at hand. Everything here also works without it, one page load slower.

// Light or dark at once, and remembered by the server.
for (const form of document.querySelectorAll("[data-fl-theme]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const theme = event.submitter?.value ?? "light";
    document.documentElement.dataset.theme = theme;
    const body = new URLSearchParams(new FormData(form));
    body.set("theme", theme);
    fetch(form.action, { method: "POST", body, redirect: "manual" });
    form.querySelector(theme === "dark" ? "[value=light]" : "[value=dark]").focus();
  });
}

// Menus close with Escape and when something else is clicked.
const openMenus = () => document.querySelectorAll("[data-fl-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Whoever walks on by Tab would otherwise stand behind the sheet.
document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll(".fl-menu[data-fl-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Whoever signs out leaves no half-written text behind on this device.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/logout") return;
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("fl-draft:")) localStorage.removeItem(name);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
});

// A second click on a form that is on its way does nothing. (The server counts it once in any case.)
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-fl-theme]") || event.defaultPrevented) return;
  if (form.dataset.flSent) {
    event.preventDefault();
    return;
  }
  form.dataset.flSent = "yes";
  setTimeout(() => delete form.dataset.flSent, 8000);
});

// Coming back by the browser's Back finds the forms ready again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-fl-sent]")) delete form.dataset.flSent;
});
