/** A list's cursor and selection. Rows are [data-row] with a link [data-open] and a box [data-select]. */

const CURSOR = "is-cursor";
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);

export const cursorRow = () => document.querySelector(`[data-row].${CURSOR}`);

export function moveCursor(step) {
  const all = rows();
  if (all.length === 0) return false;
  const now = all.indexOf(cursorRow());
  const next = all[now === -1 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, now + step))];
  setCursor(next);
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("[data-open]")?.focus({ preventScroll: true, focusVisible: false });
  next.dispatchEvent(new CustomEvent("cursor-moved", { bubbles: true }));
  return true;
}

export function setCursor(row) {
  cursorRow()?.classList.remove(CURSOR);
  row.classList.add(CURSOR);
}

export function openRow() {
  const link = cursorRow()?.querySelector("[data-open]");
  link?.click();
  return Boolean(link);
}

/** A list says by data-touch-at where on the opened page a touch is written. */
export function touchRow() {
  const link = cursorRow()?.querySelector("[data-open]");
  const place = link?.closest("[data-touch-at]")?.dataset.touchAt;
  if (place) location.assign(link.href + place);
  return Boolean(place);
}

export function toggleRow() {
  const box = cursorRow()?.querySelector("[data-select]");
  box?.click();
  return Boolean(box);
}

const boxes = () => [...document.querySelectorAll("[data-select]")];
let lastBox = null;

function count() {
  const bar = document.querySelector("[data-bulk]");
  const ticked = boxes().filter((box) => box.checked).length;
  const all = document.querySelector("[data-select-all]");
  if (all) {
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
  if (!bar) return;
  const everything = document.querySelector("[data-bulk-all]");
  if (everything && ticked < boxes().length) everything.value = "";
  bar.hidden = ticked === 0;
  const more = bar.querySelector("[data-bulk-everything]");
  if (more) more.hidden = ticked < boxes().length || Boolean(everything?.value);
  const number = everything?.value && more ? more.dataset.total : ticked;
  bar.querySelectorAll("[data-bulk-count]").forEach((place) => { place.textContent = number; });
}

// Beyond the page: every row that the list finds.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-bulk-everything]")) return;
  document.querySelector("[data-bulk-all]").value = "1";
  count();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("[data-select], [data-select-all]")) count();
});

// Shift-click takes everything between.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-bulk-clear]")) { boxes().forEach((box) => { box.checked = false; }); count(); return; }
  if (!event.target.matches("[data-select]")) return;
  const all = boxes();
  if (event.shiftKey && lastBox && all.includes(lastBox)) {
    const [from, to] = [all.indexOf(lastBox), all.indexOf(event.target)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((box) => { box.checked = event.target.checked; });
    count();
  }
  lastBox = event.target;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !boxes().some((box) => box.checked)) return;
  if (document.querySelector(":popover-open, dialog[open]")) return;
  boxes().forEach((box) => { box.checked = false; });
  count();
});

document.addEventListener("htmx:afterSettle", count);
count();
