/** Today: choosing rows, what a row's button does, and moving on once something was done or put off. */
import htmx from "htmx.org";

const page = () => document.querySelector("[data-today]");
const rows = () => [...document.querySelectorAll("#queue [data-item]")]; // a detail may hold items of its own
const chosenRow = () => document.querySelector("#queue [data-item].is-selected");
const isPhone = () => matchMedia("(max-width: 767.98px)").matches;

function mark(row) {
  for (const other of rows()) {
    const chosen = other === row;
    other.classList.toggle("is-selected", chosen);
    other.classList.toggle("is-cursor", chosen);
    const link = other.querySelector("[data-open]");
    if (chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const nav = document.querySelector("[data-nav]");
  nav.hidden = !row;
  if (!row) return;
  nav.querySelector("[popovertarget=hand-over]").hidden = !row.querySelector("[popovertarget=hand-over]");
  nav.querySelector("[data-nav-place]").textContent = rows().indexOf(row) + 1;
  nav.querySelector("[data-nav-total]").textContent = document.getElementById("queue").dataset.matching;
}

function address(row) {
  const url = new URL(location.href);
  for (const name of ["item", "next"]) url.searchParams.delete(name);
  if (row) url.searchParams.set("item", row.dataset.item);
  return url;
}

let wait;

/** The row's link loads its detail; on the phone the detail is a page of its own. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.target.closest?.("[data-item]");
  if (!row || !event.target.matches("[data-open]")) return;
  clearTimeout(wait); // a click focuses first: a second load would take the form away under the hand
  if (isPhone()) {
    event.preventDefault();
    location.assign(address(row));
    return;
  }
  mark(row);
  history.replaceState(history.state, "", address(row));
});

// Moving the cursor (j, k) chooses; what is only passed over is not loaded.
document.addEventListener("focusin", (event) => {
  const row = event.target.matches?.("[data-open]") && event.target.closest("[data-item]");
  if (!row || row === chosenRow() || isPhone()) return;
  mark(row);
  clearTimeout(wait);
  wait = setTimeout(() => { if (row === chosenRow()) event.target.click(); }, 150);
});

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-nav-step]");
  const act = event.target.closest("[data-act-opens]");
  const snooze = event.target.closest("[popovertarget=snooze]");
  const hand = event.target.closest("[popovertarget=hand-over]");
  if (step) rows()[rows().indexOf(chosenRow()) + Number(step.dataset.navStep)]?.querySelector("[data-open]").click();
  if (act) act.closest("[data-item]").querySelector("[data-open]").click();
  if (hand) askForHand(hand.closest("[data-item]") ?? chosenRow());
  if (snooze) {
    const key = (snooze.closest("[data-item]") ?? chosenRow())?.dataset.item ?? "";
    document.querySelectorAll("[data-snooze-form] [name=key]").forEach((input) => { input.value = key; });
  }
});

/** The form for this row comes into the one popover; rows that stay with one person have none. */
function askForHand(row) {
  const form = document.getElementById("hand-over");
  form.replaceChildren();
  if (!row?.querySelector("[popovertarget=hand-over]")) return form.hidePopover?.();
  const url = `${page().dataset.handUrl}?key=${encodeURIComponent(row.dataset.item)}`;
  htmx.ajax("GET", url, { source: form, target: form, swap: "innerHTML" })
    .then(() => form.querySelector("select, button")?.focus());
}

// Fifty rows say each label once.
document.addEventListener("pointerover", (event) => {
  const button = event.target.closest?.(".queue-hidden [aria-label]");
  if (button) button.title = button.ariaLabel;
});

// Enter on the chosen row does what its button does.
document.addEventListener("keydown", (event) => {
  const row = event.key === "Enter" && event.target.matches?.("[data-open]") && event.target.closest("[data-item]");
  if (!row || row !== chosenRow() || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  row.querySelector("[data-act]").click();
});

/** Anything that was saved may have finished a row: ask for the queue again, and go on to the next. */
document.addEventListener("htmx:afterRequest", (event) => {
  const { successful, requestConfig } = event.detail;
  if (!page() || !successful || requestConfig.verb === "get") return;
  document.querySelectorAll("#snooze:popover-open, #hand-over:popover-open, #done-today:popover-open").forEach((open) => open.hidePopover());
  refresh();
});

export async function refresh() {
  const all = rows();
  const before = chosenRow();
  const next = all[all.indexOf(before) + 1] ?? all[all.indexOf(before) - 1];
  const url = new URL(page().dataset.url, location.href);
  for (const name of ["kind", "shown"]) {
    const value = new URL(location.href).searchParams.get(name);
    if (value) url.searchParams.set(name, value);
  }
  if (before) url.searchParams.set("item", before.dataset.item);
  if (next) url.searchParams.set("next", next.dataset.item);
  const scrolled = document.querySelector(".queue-body").scrollTop;
  await htmx.ajax("GET", url.pathname + url.search, { source: page(), target: "#queue", swap: "outerHTML" });
  document.querySelector(".queue-body").scrollTop = scrolled;
  const count = document.querySelector(`.rail [href="${document.body.dataset.homeUrl}"] .rail-count`);
  if (count) count.textContent = document.getElementById("queue").dataset.total;
  settle(before);
}

/** No new page for it: the toast with Undo stays. */
function showNothingDue() {
  const words = document.querySelector("#queue .empty-state");
  document.getElementById("today-detail").replaceChildren(...(words ? [words.cloneNode(true)] : []));
}

function settle(before) {
  const now = chosenRow();
  mark(now);
  if (document.activeElement === document.body && !isPhone()) now?.querySelector("[data-open]").focus({ preventScroll: true, focusVisible: false });
  if (before && now?.dataset.item === before.dataset.item) return;
  page().classList.remove("shows-detail");
  history.replaceState(history.state, "", address(isPhone() ? null : now));
  if (!now) showNothingDue();
  else if (!isPhone()) now.querySelector("[data-open]").focus({ preventScroll: true, focusVisible: false });
  if (!now || isPhone()) return;
  htmx.process(now); // the row has only just arrived: without this the click would follow the link
  now.querySelector("[data-open]").click();
}
