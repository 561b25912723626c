/** The one confirm dialog, only for what cannot be undone: hx-confirm, or data-confirm on a plain form. */

const dialog = document.getElementById("confirm");

function ask(question, action) {
  const yes = dialog.querySelector("[data-confirm-yes]");
  dialog.querySelector("h2").textContent = question;
  yes.textContent = action || yes.dataset.default;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question, event.target.dataset.confirmAction)) event.detail.issueRequest(true);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  const submitter = event.submitter;
  if (!(await ask(form.dataset.confirm, form.dataset.confirmAction))) return;
  form.dataset.confirmed = "true";
  form.requestSubmit(submitter);
});
