/** Popovers are placed under (or over) their button; the browser closes them on Esc and on a click outside. */

const GAP = 4;
const MARGIN = 8;

function place(pop, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = pop;
  const fitsBelow = at.bottom + GAP + height <= innerHeight - MARGIN;
  const top = fitsBelow ? at.bottom + GAP : Math.max(MARGIN, at.top - GAP - height);
  const wanted = at.left + width <= innerWidth - MARGIN ? at.left : at.right - width;
  pop.style.top = `${top}px`;
  pop.style.left = `${Math.max(MARGIN, Math.min(wanted, innerWidth - width - MARGIN))}px`;
}

let opener = null;
document.addEventListener("click", (event) => {
  opener = event.target.closest("[popovertarget]") ?? opener;
}, true);

document.addEventListener("toggle", (event) => {
  const pop = event.target;
  if (!pop.matches?.(".pop")) return;
  const button = opener?.getAttribute("popovertarget") === pop.id
    ? opener : document.querySelector(`[popovertarget="${CSS.escape(pop.id)}"]`);
  button?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open" || !button) return;
  place(pop, button);
  pop.querySelector("[data-facet-search], [autofocus], .menu-item")?.focus();
}, true);

// Arrow keys walk through a menu.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".menu-item")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
});

// Search inside a facet's options.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-facet-search]")) return;
  const wanted = event.target.value.trim().toLowerCase();
  event.target.closest(".facet").querySelectorAll(".facet-options > li").forEach((option) => {
    option.hidden = !option.textContent.toLowerCase().includes(wanted);
  });
});

// Backspace on a filter bar takes the last filter off.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Backspace" || event.target.matches("input")) return;
  [...(event.target.closest?.(".filter-bar")?.querySelectorAll("[data-remove-filter]") ?? [])].at(-1)?.click();
});
