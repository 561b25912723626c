/** Files dropped on a page or pasted into it go to its [data-takes-files] form (the last one: a panel is over the page);
    [data-upload] of the same part shows how far they are. */

const taker = () => [...document.querySelectorAll("[data-takes-files]")].at(-1);
const holdsFiles = (event) => taker() && [...(event.dataTransfer?.types ?? [])].includes("Files");

function give(files) {
  const input = taker()?.querySelector("input[type=file]");
  if (!input || files.length === 0) return;
  const given = new DataTransfer();
  for (const file of input.multiple ? files : [files[0]]) given.items.add(file);
  input.files = given.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  taker().closest("section").classList.add("is-dropping");
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) taker()?.closest("section").classList.remove("is-dropping");
});

document.addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  taker().closest("section").classList.remove("is-dropping");
  give(event.dataTransfer.files);
});

// Text copied from a document comes with a picture of itself: that is meant as text.
document.addEventListener("paste", (event) => {
  const pasted = event.clipboardData;
  if (!pasted?.files.length || pasted.types.includes("text/plain") || !taker()) return;
  event.preventDefault();
  give(pasted.files);
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const { loaded, total, lengthComputable } = event.detail;
  const place = event.target.closest?.("[data-takes-files]")?.closest("section").querySelector("[data-upload]");
  if (!place || !lengthComputable) return;
  const share = Math.round((100 * loaded) / total);
  place.hidden = false;
  place.querySelector("progress").value = share;
  place.querySelector("[data-upload-share]").textContent = `${share}%`;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("[data-takes-files]");
  if (!form) return;
  form.closest("section").querySelector("[data-upload]").hidden = true;
  if (!event.detail.successful) form.querySelector("input[type=file]").value = "";
});
