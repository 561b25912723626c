/** Keys, as kol_crm/keys.py lists them. Letters do nothing while one types or while a dialog is open. Rows are rows.js, the board's own keys board.js. */
import { isDialogOpen, isTyping } from "./page.js";
import { cursorRow, moveCursor, openRow, toggleRow, touchRow } from "./rows.js";
import { peekRow } from "./peek.js";
import { undoNewest } from "./toast.js";

const CHORD_MS = 1200;
let awaitsPage = false;

/** The row's own link of that kind, or else the page's. */
function press(selector) {
  const found = cursorRow()?.querySelector(selector) ?? document.querySelector(`.main ${selector}, .bottom-bar ${selector}`);
  found?.click();
  if (found?.matches("input, textarea")) found.focus();
  return Boolean(found);
}

const shown = (element) => (element?.checkVisibility() ? element : null);

const COMMANDS = {
  "/": () => { document.querySelector("[data-search-input]")?.focus(); return true; },
  "?": () => { document.getElementById("shortcuts")?.showModal(); return true; },
  j: () => moveCursor(1),
  k: () => moveCursor(-1),
  x: () => toggleRow(),
  " ": () => peekRow(),
  e: () => press("[data-edit]"),
  d: () => press("[data-act]"),
  u: () => undoNewest(),
  t: () => touchRow() || press("[data-touch]"),
  z: () => undoNewest(),
  g: () => { awaitsPage = true; setTimeout(() => { awaitsPage = false; }, CHORD_MS); return true; },
};

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape" && event.target.matches("[data-search-input]")) event.target.blur();
    return;
  }
  if (isDialogOpen()) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (awaitsPage) {
    awaitsPage = false;
    const url = document.querySelector(`#shortcuts [data-go="${CSS.escape(key)}"]`)?.dataset.url;
    if (url) { event.preventDefault(); location.assign(url); }
    return;
  }
  if (event.key === "Enter" && !event.target.closest("a, button, summary, label") && openRow()) {
    event.preventDefault();
    return;
  }
  // hasOwn: a key named "constructor" is no command
  if (key === " " && event.target.closest("button, input, summary, [role=button]")) return;
  // The page's own key goes first: on a file j and k lead to the next one, not through the rows of a panel in it.
  const own = key.length === 1 && shown(document.querySelector(`.main [data-key="${CSS.escape(key)}"]`));
  if (own) own.click();
  else if (!Object.hasOwn(COMMANDS, key) || event.target.closest("[data-card]") || !COMMANDS[key]()) return;
  event.preventDefault();
}

document.addEventListener("keydown", onKey);

// Ctrl/⌘ Enter sends the form one is writing in.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form");
  if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("[data-primary], .btn-primary")); }
});
