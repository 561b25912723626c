/** Edit in place: Enter and Tab save, so does choosing from a list; Esc puts the old value back. The input is
    [data-inline] in a form sent by htmx; of several ([data-inline="group"]) Tab walks on and only Enter saves. */

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-inline]")) return;
  const saves = (event.key === "Enter" && !event.shiftKey)
    || (event.key === "Tab" && input.dataset.inline !== "group");
  if (saves) {
    event.preventDefault();
    const rows = [...document.querySelectorAll(".fact [data-edit], .fact[data-edit]")];
    const place = input.closest(".fact");
    const next = rows.find((row) => place && place.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
    input.form.requestSubmit();
    if (event.key === "Tab") next?.click();
  }
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    input.form.querySelector("[data-cancel]")?.click();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.('select[data-inline=""]')) event.target.form.requestSubmit();
});

// A fact opens by Enter as by a click, and its input has the focus at once.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.(".fact[data-edit]")) { event.preventDefault(); event.target.click(); }
});
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt === document.body) return;
  const input = event.detail.elt.querySelector?.("[data-inline]");
  if (input) { input.focus(); input.select?.(); }
});
