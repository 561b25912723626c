/** Lists whose entries are put in order: dragged by their grip, or moved by their buttons; and the tabs of views. */
import Sortable from "sortablejs";
import { csrfToken, onEveryPart, within } from "./page.js";

function keepTabs(tabs) {
  const body = new URLSearchParams({ list: tabs.dataset.list });
  tabs.querySelectorAll("[data-view]").forEach((tab) => body.append("view", tab.dataset.view));
  fetch(tabs.dataset.orderUrl, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
}

onEveryPart((part) => {
  within(part, "[data-sorts]").forEach((list) => Sortable.create(list, { handle: "[data-grip]", draggable: "[data-sort-item]:has([data-grip])", animation: 120 }));
  within(part, "[data-view-tabs]").forEach((tabs) => Sortable.create(tabs, { draggable: "[data-view]", animation: 120, delay: 200, delayOnTouchOnly: true, onEnd: () => keepTabs(tabs) }));
});

// The buttons do what dragging does; the focus stays on the button that was pressed.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sort-by]");
  if (!button) return;
  const item = button.closest("[data-sort-item]");
  const beside = button.dataset.sortBy === "-1" ? item.previousElementSibling : item.nextElementSibling;
  if (!beside?.querySelector("[data-grip]")) return;
  if (button.dataset.sortBy === "-1") beside.before(item); else beside.after(item);
  button.focus();
  item.scrollIntoView({ block: "nearest" });
});
