/** Toasts: what happened, with Undo (also by Z). Fed by HX-Trigger {"toast": {text, undo_url, kind}} and by Django's messages. */
import htmx from "htmx.org";

const SECONDS = 8;
const MOST_AT_ONCE = 3;
const area = () => document.getElementById("toasts");

/** kind: "ok" or "bad"; undo_url: POSTed by Undo; retry: a function behind "Try again"; notice {id, url}: it leads there and is read then. */
export function showToast({ text, kind = "ok", undo_url: undoUrl = "", seconds = SECONDS, retry = null, notice = null }) {
  const template = document.getElementById("toast-template");
  if (!template || !text) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-toast-text]").textContent = text;
  if (notice?.url) toast.querySelector("[data-toast-text]").replaceChildren(linkTo(notice, text));
  toast.querySelector("[data-toast-ok]").hidden = kind === "bad";
  toast.querySelector("[data-toast-bad]").hidden = kind !== "bad";
  if (undoUrl) {
    toast.dataset.undoUrl = undoUrl;
    toast.querySelector("[data-toast-undo]").hidden = false;
  }
  if (retry) {
    const again = toast.querySelector("[data-toast-retry]");
    again.hidden = false;
    again.addEventListener("click", () => { toast.remove(); retry(); });
  }
  while (area().childElementCount >= MOST_AT_ONCE) area().firstElementChild.remove();
  area().append(toast);
  arm(toast, seconds);
}

function linkTo(notice, text) {
  const link = document.createElement("a");
  link.href = notice.url;
  link.textContent = text;
  link.className = "toast-link is-new";
  link.dataset.notice = notice.id;
  return link;
}

/** Undoes the newest thing that can be undone; false when there is none. */
export function undoNewest() {
  const toasts = [...area().querySelectorAll("[data-undo-url]")];
  if (toasts.length === 0) return false;
  undo(toasts.at(-1));
  return true;
}

function undo(toast) {
  const url = toast.dataset.undoUrl;
  toast.remove();
  htmx.ajax("POST", url, { source: document.body, target: document.body, swap: "none" });
}

function arm(toast, seconds) {
  toast.querySelector("[data-toast-undo]").addEventListener("click", () => undo(toast));
  toast.querySelector("[data-toast-close]").addEventListener("click", () => toast.remove());
  let left = setTimeout(() => toast.remove(), seconds * 1000);
  // Nothing vanishes under the pointer or the focus.
  const wait = () => clearTimeout(left);
  const resume = () => { left = setTimeout(() => toast.remove(), 2000); };
  toast.addEventListener("pointerenter", wait);
  toast.addEventListener("pointerleave", resume);
  toast.addEventListener("focusin", wait);
  toast.addEventListener("focusout", resume);
}

area()?.querySelectorAll("[data-toast]").forEach((toast) => arm(toast, SECONDS));
document.addEventListener("toast", (event) => showToast(event.detail));
