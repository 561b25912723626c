/** Cells that arrows move between: [data-cells] holds buttons, links or checkboxes in rows of its own width; space toggles
    what is a checkbox by itself. */

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const cell = step && event.target.closest("[data-cells] :is(.policy-cell, input[type=checkbox])");
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const cells = [...cell.closest("[data-cells]").querySelectorAll(".policy-cell, input[type=checkbox]")];
  const top = cells[0].getBoundingClientRect().top;
  const width = cells.filter((one) => one.getBoundingClientRect().top === top).length;
  const next = cells[cells.indexOf(cell) + step[0] + step[1] * width];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
