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

/** Only what was changed: a field that nobody touched must not bring back what others have saved over meanwhile. */
function isChanged(field) {
  if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
}

/** [name, value, checked, place]: the place tells apart fields of one name. */
function contents(form) {
  const places = new Map();
  return [...form.elements].filter(keepable).flatMap((field) => {
    const place = places.get(field.name) ?? 0;
    places.set(field.name, place + 1);
    if (!isChanged(field)) return [];
    if (["checkbox", "radio"].includes(field.type)) return [[field.name, field.value, field.checked, place]];
    if (field.multiple) return [[field.name, [...field.selectedOptions].map((option) => option.value), null, place]];
    return [[field.name, field.value, null, place]];
  });
}

/** On which version it was typed, and over what: so that a draft brought back later is merged like any stale save. */
function bases(form, fields) {
  const names = ["version", ...fields.map(([name]) => `initial-${name}`)];
  return names.map((name) => [name, form.elements[name]?.value]).filter(([, value]) => value !== undefined);
}

function save(form) {
  const fields = contents(form);
  store.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields, bases: bases(form, fields) }));
}

function fill(form, fields) {
  let changed = false;
  for (const [name, value, checked, place] of fields) {
    const same = [...form.elements].filter((field) => field.name === name && keepable(field));
    const field = same[place];
    if (!field) continue;
    if (checked !== null) {
      if (field.value !== value) continue;
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
  if ("answered" in form.dataset || form.querySelector(".has-error")) return;
  if (fill(form, kept.fields)) {
    for (const [name, value] of kept.bases ?? []) if (form.elements[name]) form.elements[name].value = value;
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
