/** The bell while a page stands open: its count, its list and a toast for what is new, without a reload. Hidden pages ask nothing. */
import htmx from "htmx.org";
import { showToast } from "./toast.js";

const EVERY_MS = 20_000;
const LONGEST_MS = 300_000;
const SEEN = "newest-notice"; // shared by the tabs, so that one toast is shown in one of them
const bell = () => document.querySelector("[data-bell]");
const list = () => document.querySelector("[data-notice-list]");
let etag = "";
let wait = EVERY_MS;
let timer;
let isAsking = false;

function show(news) {
  const count = bell().querySelector("[data-bell-count]");
  count.hidden = !news.unread;
  count.textContent = news.count;
  bell().setAttribute("aria-label", news.label);
}

/** Ids grow with time: what is above the newest one seen is new. */
function tell(newest) {
  const seen = localStorage.getItem(SEEN);
  const last = newest[0]?.id ?? "";
  if (seen === null || last > seen) localStorage.setItem(SEEN, last);
  if (seen === null) return;
  for (const notice of newest.filter(({ id }) => id > seen).reverse()) showToast({ text: notice.text, notice });
}

function refresh() {
  if (document.getElementById("notices").querySelector(".notices")) htmx.trigger(bell(), "news");
  if (list() && !new URL(location.href).searchParams.has("cursor")) htmx.ajax("GET", location.href, { target: "#list", swap: "innerHTML" });
}

async function ask() {
  const answer = await fetch(bell().dataset.newsUrl, { headers: { Accept: "application/json", "If-None-Match": etag }, redirect: "manual" });
  if (answer.type === "opaqueredirect") return false; // logged out elsewhere: the next click says so
  if (answer.status === 304) return true;
  if (!answer.ok) throw new Error(String(answer.status));
  const isFirst = etag === "";
  etag = answer.headers.get("ETag") ?? "";
  const news = await answer.json();
  const before = bell().querySelector("[data-bell-count]").textContent.trim();
  show(news);
  tell(news.newest);
  if (!isFirst || before !== (news.unread ? news.count : "")) refresh();
  return true;
}

async function look() {
  if (!bell() || document.hidden || isAsking) return;
  isAsking = true;
  clearTimeout(timer);
  try {
    const goesOn = await ask();
    wait = EVERY_MS;
    if (!goesOn) return;
  } catch {
    wait = Math.min(wait * 2, LONGEST_MS); // the server is away: ask less and less often
  } finally {
    isAsking = false;
  }
  timer = setTimeout(look, wait);
}

if (bell()) {
  if (localStorage.getItem(SEEN) === null) look();
  else timer = setTimeout(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
}
