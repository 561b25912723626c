/** Dialogs: data-opens="#id" opens, data-closes closes; a click on the backdrop closes too. */
import { onEveryPart, within } from "./page.js";

document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-opens]");
  if (opens) {
    opens.closest("[popover]")?.hidePopover();
    document.querySelector(opens.dataset.opens)?.showModal();
    return;
  }
  if (event.target.closest("[data-closes]")) {
    event.target.closest("dialog")?.close();
    return;
  }
  if (event.target.matches("dialog.dialog")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

// A dialog with data-open-now opens with its page or part.
onEveryPart((part) => within(part, "dialog[data-open-now]").forEach((dialog) => {
  if (dialog.open) return;
  dialog.showModal();
  dialog.querySelector("input:checked")?.focus();
}));
