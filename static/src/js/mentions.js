/** Typing @ in a text with data-mentions offers the colleagues who see the file; Enter or Tab takes one, Esc none. */
import htmx from "htmx.org";

const TYPED = /(?:^|\s)@([^\s@]{0,30})$/u;
const WAIT_MS = 120;
let timer;

const listOf = (field) => field.parentElement.querySelector(".mentions");
const options = (field) => [...(listOf(field)?.querySelectorAll("[data-mention]") ?? [])];
const typed = (field) => field.value.slice(0, field.selectionStart).match(TYPED);

function close(field) {
  listOf(field)?.remove();
  field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-expanded", "false");
}

function choose(field, option) {
  options(field).forEach((one, place) => {
    one.id = `mention-${place}`;
    one.classList.toggle("is-active", one === option);
    one.setAttribute("aria-selected", String(one === option));
  });
  if (option) field.setAttribute("aria-activedescendant", option.id);
}

function take(field, option) {
  const before = field.value.slice(0, field.selectionStart).replace(/@[^\s@]*$/u, `@${option.dataset.mention} `);
  field.value = before + field.value.slice(field.selectionStart);
  field.setSelectionRange(before.length, before.length);
  close(field);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function offer(field, term) {
  const list = listOf(field) ?? document.createElement("div");
  list.className = "mentions";
  list.setAttribute("role", "listbox");
  if (!list.isConnected) field.after(list);
  await htmx.ajax("GET", `${field.dataset.mentions}?q=${encodeURIComponent(term)}`, { source: list, target: list, swap: "innerHTML" });
  if (!typed(field)) return close(field);
  field.setAttribute("aria-expanded", "true");
  choose(field, options(field)[0]);
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-mentions]")) return;
  clearTimeout(timer);
  const found = typed(field);
  if (!found) close(field);
  else timer = setTimeout(() => offer(field, found[1]), WAIT_MS);
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-mentions]") || !listOf(field)) return;
  const all = options(field);
  const place = all.findIndex((one) => one.classList.contains("is-active"));
  if (event.key === "Escape") close(field);
  else if (["ArrowDown", "ArrowUp"].includes(event.key) && all.length) choose(field, all.at((place + (event.key === "ArrowDown" ? 1 : -1)) % all.length));
  else if (["Enter", "Tab"].includes(event.key) && !event.ctrlKey && !event.metaKey && all[place]) take(field, all[place]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("click", (event) => {
  const option = event.target.closest?.("[data-mention]");
  const field = option?.closest(".composer")?.querySelector("[data-mentions]");
  if (field) take(field, option);
});
