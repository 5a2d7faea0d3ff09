// Administration with a script at hand: rows without a page load, only the fields that matter, one click to copy.
// Everything also works without it.

// Another condition: a copy of the last row, emptied.
for (const more of document.querySelectorAll("[data-fl-more]")) {
  more.addEventListener("click", (event) => {
    const rows = more.closest("[data-fl-rows]").querySelectorAll("[data-fl-row]");
    const last = rows[rows.length - 1];
    if (!last) return;
    event.preventDefault();
    const row = last.cloneNode(true);
    for (const control of row.querySelectorAll("input, textarea")) control.value = "";
    for (const control of row.querySelectorAll("[aria-label]")) {
      control.setAttribute("aria-label", control.getAttribute("aria-label").replace(/\d+$/, rows.length + 1));
    }
    last.after(row);
    row.querySelector("select, input, textarea").focus();
  });
}

// A secret is marked whole by one click.
for (const code of document.querySelectorAll("[data-fl-copy]")) {
  code.addEventListener("click", () => getSelection().selectAllChildren(code));
}

// A form that came back begins where something is wrong.
document.querySelector("main [aria-invalid=true]")?.focus();

// Where the areas stand in one line, the present one is in sight.
const here = document.querySelector(".fl-admin-side [aria-current]");
const side = here?.closest(".fl-admin-side");
if (side && side.scrollWidth > side.clientWidth) {
  side.scrollLeft = here.offsetLeft - (side.clientWidth - here.offsetWidth) / 2;
}
