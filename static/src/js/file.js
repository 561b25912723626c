/** The KOL file: which part the phone shows, writing a touch, the panel at the right. */

const columns = () => document.getElementById("file-columns");

function show(part) {
  if (!columns()) return;
  columns().dataset.shows = part;
  document.querySelectorAll("[data-part-name]").forEach((button) => {
    if (button.dataset.partName === part) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  });
}

document.addEventListener("click", (event) => {
  const part = event.target.closest("[data-part-name]");
  if (part) show(part.dataset.partName);
  const touch = event.target.closest("[data-touch]");
  const text = document.getElementById("touch-text");
  if (touch && text && columns()) {
    event.preventDefault();
    show("story");
    text.focus();
  }
  event.target.closest("[data-hides]")?.closest("[popover]")?.hidePopover();
});

// "Now" says when it was instead, and the usual day of the next touch which one was chosen.
const DAY = { day: "numeric", month: "short" };
const SAID = [
  ["#composer-when input", "[data-when-label]", { ...DAY, hour: "2-digit", minute: "2-digit" }],
  ["#composer-next input", "[data-next-label]", DAY],
];
document.addEventListener("change", (event) => {
  const [, shown, parts] = SAID.find(([input]) => event.target.matches?.(input)) ?? [];
  const label = shown && event.target.form.querySelector(shown);
  if (!label) return;
  label.dataset.usual ??= label.textContent;
  const when = event.target.value;
  label.textContent = when
    ? new Intl.DateTimeFormat(document.documentElement.lang, parts).format(new Date(when))
    : label.dataset.usual;
});

// Arriving by "Log touch" of another tab.
if (location.hash === "#touch-text") document.getElementById("touch-text")?.focus();

document.addEventListener("keydown", (event) => {
  const side = document.querySelector("#side > [data-move-part]");
  if (event.key === "Escape" && side && !event.defaultPrevented && !document.querySelector(":popover-open")) side.remove();
});
