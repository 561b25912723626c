/** Edit in place: Enter and Tab save, so does choosing from a list; Esc puts the old value back. The input is
    [data-inline] in a form sent by htmx; of several ([data-inline="group"], or a row's in .fact-form) Tab walks on
    and only Enter saves. */

const INPUT = "[data-inline], .fact-form :is(input:not([type=hidden]), select, textarea)";

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.(INPUT) || input.closest("dialog")) return;
  const saves = (event.key === "Enter" && !event.shiftKey)
    || (event.key === "Tab" && input.dataset.inline === "");
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
const editable = (part) => (part.matches?.(".fact[data-edit]") ? part : part.querySelector?.(".fact [data-edit], .fact[data-edit]"));
// What was edited is gone once it is saved: the focus stays where it was.
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt === document.body) return;
  const part = event.detail.elt;
  if (part.querySelector?.("dialog[open]")) return;
  const input = part.querySelector?.(INPUT);
  if (input) { input.focus(); input.select?.(); }
  else if (document.activeElement === document.body) editable(part)?.focus({ preventScroll: true });
});
