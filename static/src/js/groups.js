/** Group rows: a head opens its rows, fetched the first time, and closes them again. */
import htmx from "htmx.org";

document.addEventListener("click", (event) => {
  const head = event.target.closest("[data-group]");
  if (!head || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const rows = document.querySelector(head.dataset.group);
  const opens = rows.hidden;
  rows.hidden = !opens;
  head.setAttribute("aria-expanded", String(opens));
  if (opens) htmx.trigger(head, "open-group");
});
