/** The board: a drop asks for the move's panel and puts the card back; the move happens only when it is confirmed there. */
import htmx from "htmx.org";
import Sortable from "sortablejs";
import { isDialogOpen, isTyping, onEveryPart, within } from "./page.js";

const cards = (column) => [...column.querySelectorAll("[data-card]")];
const columns = () => [...document.querySelectorAll("[data-board-column]")];

function moveUrl(card, stage) {
  const pattern = card.dataset.moveUrl ?? card.closest("[data-board]").dataset.moveUrl;
  const url = new URL(pattern.replace(/\{kol\}|%7Bkol%7D/i, card.dataset.kol), location.origin);
  if (stage) url.searchParams.set("to", stage);
  return url.pathname + url.search;
}

function askForMove(card, stage) {
  document.querySelectorAll(".card-moving").forEach((other) => other.classList.remove("card-moving"));
  card.classList.add("card-moving");
  htmx.ajax("GET", moveUrl(card, stage), { source: card, target: "#move-panel", swap: "innerHTML" });
}

export function closePanel() {
  const panel = document.getElementById("move-panel");
  if (!panel?.childElementCount) return false;
  panel.replaceChildren();
  document.querySelector(".card-moving")?.focus();
  document.querySelectorAll(".card-moving").forEach((card) => card.classList.remove("card-moving"));
  return true;
}

onEveryPart((part) => within(part, "[data-board-column]").forEach((column) => {
  if (column.dataset.ready) return;
  column.dataset.ready = "true";
  const board = column.closest("[data-board]");
  let next = null;
  Sortable.create(column.querySelector("[data-cards]") ?? column, {
    group: "board",
    draggable: '[data-card][data-allowed]:not([data-allowed=""])',
    filter: "button, input, select, textarea",
    preventOnFilter: false,
    ghostClass: "card-slot",
    dragClass: "card-dragged",
    delay: 180,
    delayOnTouchOnly: true,
    animation: 0,
    onStart({ item }) {
      next = item.nextElementSibling;
      board?.classList.add("is-dragging");
      const allowed = item.dataset.allowed?.split(" ");
      columns().forEach((other) => {
        other.classList.toggle("is-source", other === column);
        other.classList.toggle("is-allowed", other !== column && (!allowed || allowed.includes(other.dataset.stage)));
      });
    },
    onEnd({ item, from, to }) {
      board?.classList.remove("is-dragging");
      from.insertBefore(item, next);
      const target = to.closest("[data-board-column]");
      if (target !== column && target.classList.contains("is-allowed")) askForMove(item, target.dataset.stage);
    },
  });
}));

// A menu entry "Move to …" on a card does the same as a drop.
document.addEventListener("click", (event) => {
  const entry = event.target.closest("[data-move-to]");
  if (entry) {
    const card = document.querySelector(`[data-card][data-kol="${CSS.escape(entry.dataset.kol ?? "")}"]`) ?? entry.closest("[data-card]");
    entry.closest("[popover]")?.hidePopover();
    if (card) askForMove(card, entry.dataset.moveTo);
  }
  const menu = event.target.closest("[data-move-menu]:not([hx-get])")?.closest("[data-card]");
  if (menu) askForMove(menu, "");
  const close = event.target.closest("[data-close-panel]");
  if (close && !closePanel()) close.closest("[data-move-part]")?.remove();
});

// A moved card arrives at the head of its column, and the focus with it.
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  if (detail.target.matches("[data-cards]")) detail.target.querySelector("[data-card]")?.focus();
});

function focusCard(columnStep, cardStep) {
  const all = columns();
  const current = document.activeElement?.closest?.("[data-card]");
  if (!current) { document.querySelector("[data-card]")?.focus(); return; }
  const column = current.closest("[data-board-column]");
  const place = cards(column).indexOf(current);
  if (cardStep) { cards(column)[place + cardStep]?.focus(); return; }
  for (let index = all.indexOf(column) + columnStep; all[index]; index += columnStep) {
    const there = cards(all[index]);
    if (there.length) { there[Math.min(place, there.length - 1)].focus(); return; }
  }
}

const STEPS = { h: [-1, 0], l: [1, 0], j: [0, 1], k: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

// In the capture phase, before the list keys: on the board j and k walk through cards.
document.addEventListener("keydown", (event) => {
  if (!document.querySelector("[data-board]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !document.querySelector(":popover-open") && closePanel()) { event.preventDefault(); return; }
  if (isTyping(event.target) || isDialogOpen() || event.target.closest(".pop, .gate")) return;
  const card = event.target.closest?.("[data-card]");
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (Object.hasOwn(STEPS, key) && (card || key.length === 1)) {
    event.preventDefault();
    event.stopPropagation();
    focusCard(...STEPS[key]);
  } else if (key === "m" && card) {
    event.preventDefault();
    card.querySelector("[data-move-menu]")?.click();
  } else if (key === "Enter" && event.target === card) {
    event.preventDefault();
    card.querySelector("[data-open]")?.click();
  }
}, true);
