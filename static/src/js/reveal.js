/** A revealed contact value: a click copies it, after 60 seconds it is masked again and leaves the page. */
import { onEveryPart, text, within } from "./page.js";
import { showToast } from "./toast.js";

const SHOWN_MS = 60_000;

document.addEventListener("click", async (event) => {
  const shown = event.target.closest("[data-reveal], [data-copy]");
  const value = shown?.dataset.value ?? shown?.dataset.copy;
  if (!value) return;
  await navigator.clipboard.writeText(value);
  showToast({ text: text("Copied"), seconds: 3 });
});

/** The draft as it stands in its form; the personal line is a paragraph before the signature, as it is sent. */
function draftText(form) {
  const paragraphs = form.elements.body.value.split("\n\n");
  const line = form.elements.personal_line.value.trim();
  if (line) paragraphs.splice(-1, 0, line);
  return paragraphs.join("\n\n");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-draft]");
  if (!button) return;
  await navigator.clipboard.writeText(draftText(document.getElementById(button.dataset.copyDraft)));
  showToast({ text: text("Copied"), seconds: 3 });
});

onEveryPart((part) => within(part, "[data-reveal]").forEach((shown) => {
  setTimeout(() => {
    (shown.querySelector("[data-reveal-text]") ?? shown).textContent = shown.dataset.masked ?? "••••";
    delete shown.dataset.value;
    shown.removeAttribute("data-reveal");
  }, SHOWN_MS);
}));
