/** A look at a row's file without leaving the list: Space, or a click on the row beside its link. The table says by
    data-peek-at where ("{id}" is the row's); while it is open it follows the cursor; Esc closes it (file.js). */
import htmx from "htmx.org";
import { cursorRow, setCursor } from "./rows.js";

const isOpen = () => document.querySelector("#side > [data-peek]") !== null;

function peek(row) {
  const at = row?.closest("[data-peek-at]")?.dataset.peekAt;
  const id = row?.querySelector("[data-select]")?.value;
  if (!at || !id) return false;
  htmx.ajax("GET", at.replace("{id}", id), { target: "#side", swap: "innerHTML", source: row });
  return true;
}

/** Open on the cursor's row; pressed again, close. */
export function peekRow() {
  if (isOpen()) { document.querySelector("#side").replaceChildren(); return true; }
  return peek(cursorRow());
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || event.target.closest("a, button, input, label, summary, td:first-child") || getSelection()?.toString()) return;
  if (!row.closest("[data-peek-at]")) return;
  setCursor(row);
  peek(row);
});

document.addEventListener("cursor-moved", (event) => { if (isOpen()) peek(event.target); });
