/** A profile link or share text in a handle box [data-account-link] fills in platform, handle, id and link of its row;
    all stay editable and the focus stays where it is. The server reads the text: profiles/rules/link.py. */
import { csrfToken } from "./page.js";

const WAIT_MS = 150;
const LOOKS_LIKE = /\/|号[:：]|ID[:：]/i;
const URL_OF = "/kols/link/";
let timer;

/** The box of the same row that is called so: accounts.0.handle → accounts.0.platform. */
function beside(box, name) {
  return box.form?.elements.namedItem(box.name.replace(/[^.]+$/, name));
}

function tell(box, words, bad) {
  const field = box.closest(".field");
  let note = field.querySelector("[data-link-note]");
  if (!note) {
    note = Object.assign(document.createElement("span"), { className: "field-help" });
    note.dataset.linkNote = "";
    note.setAttribute("role", "status");
    box.after(note);
  }
  note.classList.toggle("bad", bad);
  note.textContent = words;
}

function put(box, name, value, onlyEmpty = false) {
  const other = beside(box, name);
  if (!other || (onlyEmpty && other.value)) return;
  other.value = value;
  if (other !== box) other.dispatchEvent(new Event("change", { bubbles: true }));
}

async function read(box) {
  const typed = box.value;
  const answer = await fetch(URL_OF, {
    method: "POST", body: new URLSearchParams({ text: typed }), headers: { "X-CSRFToken": csrfToken() },
  });
  if (!answer.ok || box.value !== typed) return; // typed on meanwhile
  const named = await answer.json();
  if (named.why) return tell(box, named.why, true);
  if (!named.platform) return;
  put(box, "platform", named.platform);
  put(box, "external_id", named.external_id, !named.external_id);
  put(box, "url", named.url, true);
  put(box, "handle", named.handle);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  tell(box, named.words, false);
}

document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-account-link]")) return;
  clearTimeout(timer);
  if (LOOKS_LIKE.test(box.value)) timer = setTimeout(() => read(box), WAIT_MS);
});
