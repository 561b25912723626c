/** The palette (Ctrl/⌘ K): a combobox over what the server finds. Its term is posted: it may be a phone number. */
import { csrfToken, text } from "./page.js";
import { rememberCommand, runCommand, viewedKol } from "./commands.js";
import { recentKols } from "./recent.js";
import { showToast } from "./toast.js";

const PAUSE_MS = 60;
const dialog = document.getElementById("palette");
const input = dialog?.querySelector("[role=combobox]");
const list = dialog?.querySelector("[role=listbox]");

let asking = null; // the request under way
let shownTerm = null; // the term whose options stand in the list
let enter = null; // Enter pressed before the options were there: {aside}
let timer;
let viewed = "";

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector('[aria-selected="true"]');

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function body() {
  const sent = new URLSearchParams({ q: input.value, kol: viewed });
  recentKols().forEach((id) => sent.append("recent", id));
  return sent;
}

/** The options stay until the next ones are there; an answer that came too late is thrown away. */
async function ask() {
  asking?.abort();
  const mine = new AbortController();
  const term = input.value;
  asking = mine;
  list.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(dialog.dataset.url, { method: "POST", body: body(), headers: { "X-CSRFToken": csrfToken() }, signal: mine.signal });
    if (answer.redirected) { location.reload(); return; } // logged out: the page leads to the login and back
    if (!answer.ok) throw new Error(answer.status);
    const found = await answer.text();
    if (asking !== mine) return;
    list.innerHTML = found;
    shownTerm = term;
    choose(options()[0]);
    if (enter && term === input.value) take(enter.aside); // else the answer to what was typed since is on its way
  } catch (error) {
    if (error.name === "AbortError") return;
    enter = null;
    showToast({ text: text("Failed"), kind: "bad" });
  } finally {
    if (asking === mine) { asking = null; list.removeAttribute("aria-busy"); }
  }
}

function take(aside) {
  enter = null;
  const option = chosen();
  if (!option) return;
  if (aside) { window.open(option.href, "_blank", "noopener"); return; }
  dialog.close();
  const { does } = option.dataset;
  if (does && runCommand(does)) return;
  if (does) rememberCommand(does, option.pathname);
  location.assign(option.href);
}

function open() {
  if (!dialog || document.querySelector("dialog[open]")) return;
  viewed = viewedKol();
  input.value = "";
  list.replaceChildren();
  enter = null;
  dialog.showModal();
  input.focus();
  ask();
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !dialog) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else open();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) open(); });

dialog?.addEventListener("close", () => { asking?.abort(); asking = null; clearTimeout(timer); });
input?.addEventListener("input", (event) => {
  if (event.isComposing) return; // an input method is still writing its syllables
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MS);
});
input?.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });
input?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const all = options();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    choose(all.at((all.indexOf(chosen()) + step) % all.length));
  }
  if (event.key !== "Enter") return;
  event.preventDefault();
  event.stopPropagation();
  const aside = event.ctrlKey || event.metaKey;
  if (input.value === shownTerm && !asking) take(aside);
  else enter = { aside };
});
list?.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser's own new tab
  event.preventDefault();
  choose(option);
  take(false);
});
list?.addEventListener("mousemove", (event) => {
  const option = event.target.closest("[role=option]");
  if (option && option !== chosen()) choose(option);
});
