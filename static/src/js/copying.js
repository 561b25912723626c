/** A button that copies the text of what it names. */
import { text } from "./page.js";
import { showToast } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy-text]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copyText).textContent.trim());
  showToast({ text: text("Copied") });
});
