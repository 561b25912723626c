/** The ranked candidates: which one the sheet shows, and rating by keys. */
import { isTyping } from "./page.js";

function mark(id) {
  document.querySelectorAll("[data-ranking] [data-candidate]").forEach((row) => {
    const link = row.querySelector("[data-open]");
    if (row.dataset.candidate === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  const url = new URL(location.href);
  url.searchParams.set("candidate", id);
  history.replaceState(history.state, "", url);
}

// The sheet has come: its row is marked, and the address leads back to it.
document.addEventListener("htmx:afterSettle", () => {
  const sheet = document.querySelector("#sheet [data-sheet]");
  if (sheet) mark(sheet.dataset.candidate);
});

// On the sheet the figures 0 to 5 rate the line that has the focus.
document.addEventListener("keydown", (event) => {
  if (!/^[0-5]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  const line = event.target.closest?.("[data-fit-line]");
  if (!line || (isTyping(event.target) && event.target.type !== "radio")) return;
  const choice = line.querySelector(`input[type="radio"][value="${event.key}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.focus();
  choice.dispatchEvent(new Event("change", { bubbles: true }));
});

// A line tells its points as soon as it is rated.
document.addEventListener("change", (event) => {
  const line = event.target.closest?.("[data-fit-line]");
  const points = line?.querySelector("[data-points]");
  if (!points || event.target.type !== "radio") return;
  const { value } = event.target;
  points.textContent = value === "" ? "" : String((Number(points.dataset.weight) * Number(value)) / 5);
});
