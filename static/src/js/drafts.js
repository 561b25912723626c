/** What was typed survives errors, expired sessions and lost connections: forms with data-draft are kept in this browser. */
import { onEveryPart, text, within } from "./page.js";
import { showToast } from "./toast.js";

const PREFIX = "draft:";
const PENDING = "draft-sent";
const KEPT_DAYS = 7;
const store = window.localStorage;
const keyOf = (form) => PREFIX + form.dataset.draft;

function keepable(field) {
  return field.name && !["password", "file", "hidden", "submit", "button"].includes(field.type)
    && !field.closest("[data-private]") && field.name !== "csrfmiddlewaretoken";
}

function contents(form) {
  return [...form.elements].filter(keepable).map((field) => {
    if (["checkbox", "radio"].includes(field.type)) return [field.name, field.value, field.checked];
    if (field.multiple) return [field.name, [...field.selectedOptions].map((option) => option.value)];
    return [field.name, field.value];
  });
}

function save(form) {
  store.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields: contents(form) }));
}

function fill(form, fields) {
  let changed = false;
  const places = new Map();
  for (const [name, value, checked] of fields) {
    const index = checked === undefined ? places.get(name) ?? 0 : 0;
    places.set(name, index + 1);
    const same = [...form.elements].filter((field) => field.name === name && keepable(field));
    const field = checked === undefined ? same[index] : same.find((one) => one.value === value);
    if (!field) continue;
    if (checked !== undefined) {
      changed ||= field.checked !== checked;
      field.checked = checked;
    } else if (Array.isArray(value)) {
      [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
      field.tomselect?.sync();
    } else if (field.value !== value) {
      changed = true;
      field.value = value;
      field.tomselect?.sync();
    }
  }
  return changed;
}

function restore(form) {
  const kept = JSON.parse(store.getItem(keyOf(form)) ?? "null");
  if (!kept) return;
  if (Date.now() - kept.at > KEPT_DAYS * 86_400_000) { store.removeItem(keyOf(form)); return; }
  // The server has given back what was typed together with its errors: that is the newer truth.
  if (form.querySelector(".has-error")) return;
  if (fill(form, kept.fields)) {
    form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
    showToast({ text: text("Restored") });
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.draft || !keepable(event.target)) return;
  delete form.dataset.saved;
  save(form);
});
// A field that is taken away while it has the focus still says "change": after a success that is no draft.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.draft && !form.dataset.saved && keepable(event.target)) save(form);
});

// A plain post succeeded when another page answers than the one with this form (or the login page).
document.addEventListener("submit", (event) => {
  if (event.target.dataset.draft && !event.defaultPrevented) sessionStorage.setItem(PENDING, keyOf(event.target));
});

// Before the answer is put in: it may bring the same form, empty, in place of this one.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, requestConfig } = event.detail;
  const form = requestConfig.elt.closest?.("form[data-draft]");
  const loggedOut = xhr.responseURL?.includes(document.body.dataset.loginUrl || "\0");
  if (form && xhr.status >= 200 && xhr.status < 300 && requestConfig.verb !== "get" && !loggedOut) {
    form.dataset.saved = "true";
    store.removeItem(keyOf(form));
    sessionStorage.removeItem(PENDING);
  }
});

const sent = sessionStorage.getItem(PENDING);
if (sent && !document.querySelector(`form[data-draft="${CSS.escape(sent.slice(PREFIX.length))}"]`)) {
  store.removeItem(sent);
}
sessionStorage.removeItem(PENDING);

onEveryPart((part) => within(part, "form[data-draft]").forEach(restore));
