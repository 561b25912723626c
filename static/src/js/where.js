/** The builder of nested conditions: another fact or operator asks the server for the right field beside it. */
import htmx from "htmx.org";

document.addEventListener("change", (event) => {
  const form = event.target.matches?.("#where [data-reshapes]") && event.target.form;
  if (form) htmx.ajax("POST", form.getAttribute("hx-post"), { source: form, target: form, swap: "outerHTML" });
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-closes-pop]")) event.target.closest("[popover]")?.hidePopover();
});

// Enter in a field applies; without this the browser would press the form's first button, which removes something.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("#where input:not([type=search])") || event.isComposing) return;
  if (event.target.closest(".ts-wrapper")) return;
  event.preventDefault();
  event.target.form.querySelector('[value="apply"]').click();
});

// A new condition or group is where one goes on.
let added = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "where") return;
  const step = event.detail.requestConfig.triggeringEvent?.submitter?.value ?? "";
  added = /^(add|group|remove):/.test(step) ? step : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!added) return;
  const [step, place] = added.split(":");
  added = null;
  const within = [...document.querySelectorAll(`#where [id^="fact-${place}."]`)];
  if (step === "remove") document.querySelector("#where [id^='fact-']")?.focus();
  else within.at(-1)?.focus();
});
