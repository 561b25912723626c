/** Today while it stands open: rows that came are announced above the list, rows that a colleague finished turn grey. Nothing jumps. */
import { refresh } from "./today.js";

const EVERY_MS = 60_000;
const page = () => document.querySelector("[data-today]");
const standing = () => [...document.querySelectorAll("#queue [data-item]:not(.is-done)")];

async function ask(url, parameters) {
  const address = new URL(url, location.href);
  for (const [name, value] of parameters) address.searchParams.append(name, value);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

function announce(count) {
  const button = document.querySelector("[data-news]");
  button.hidden = !count;
  button.textContent = button.dataset.words.replace("{n}", count);
}

function grey(row, words) {
  row.classList.add("is-done");
  row.querySelector(".queue-why").textContent = words;
  row.querySelector("[data-act]").disabled = true;
}

async function look() {
  if (!page() || document.hidden || page().querySelector(".htmx-request")) return;
  const here = new URL(location.href).searchParams;
  const asked = ["kind", "shown"].filter((name) => here.get(name)).map((name) => [name, here.get(name)]);
  const before = document.getElementById("queue");
  const news = await ask(page().dataset.newsUrl, asked);
  if (!news || before !== document.getElementById("queue")) return; // meanwhile the queue came anew
  const due = new Set(news.keys);
  const shown = new Set(standing().map((row) => row.dataset.item));
  const full = Boolean(document.querySelector(".queue-more"));
  const last = news.keys.findLastIndex((key) => shown.has(key));
  announce(news.keys.filter((key, place) => !shown.has(key) && (!full || place < last)).length);
  const gone = standing().filter((row) => !due.has(row.dataset.item));
  if (!gone.length) return;
  const told = await ask(page().dataset.goneUrl, gone.map((row) => ["key", row.dataset.item]));
  for (const row of gone) if (told?.[row.dataset.item]) grey(row, told[row.dataset.item]);
}

if (page()) setInterval(look, EVERY_MS);
document.addEventListener("visibilitychange", look);
document.addEventListener("click", (event) => { if (event.target.closest("[data-news]")) refresh(); });
