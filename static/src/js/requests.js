/** htmx: CSRF, the progress line, what happens when a request fails. */
import htmx from "htmx.org";
import { csrfToken, text } from "./page.js";
import { showToast } from "./toast.js";

const SLOW_MS = 300;

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

// The thin line appears only for what takes longer than a blink.
const line = document.getElementById("progress-line");
let running = 0;
let timer;

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target?.setAttribute("aria-busy", "true");
  running += 1;
  if (running === 1) timer = setTimeout(() => line?.classList.add("is-running"), SLOW_MS);
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target?.removeAttribute("aria-busy");
  running = Math.max(0, running - 1);
  if (running === 0) {
    clearTimeout(timer);
    line?.classList.remove("is-running");
  }
});

// An expired session answers with the login page: go there whole, and come back to this page afterwards.
document.addEventListener("htmx:beforeSwap", (event) => {
  const loginUrl = document.body.dataset.loginUrl;
  const arrivedAt = event.detail.xhr.responseURL;
  if (!loginUrl || !arrivedAt || new URL(arrivedAt).pathname !== loginUrl) return;
  event.detail.shouldSwap = false;
  location.assign(`${loginUrl}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

function failed(message) {
  return (event) => {
    const { elt, requestConfig, xhr } = event.detail;
    if ("quiet" in elt.dataset) { // advice that may fail; a file that is out of sight is asked about no more
      if (xhr?.status === 403 || xhr?.status === 404) elt.remove();
      return;
    }
    if (xhr?.getResponseHeader("HX-Trigger")?.includes("toast")) return; // the server said itself what is wrong
    // Only what changes nothing may be sent again by itself; a lost answer may have been a saved one.
    const retry = requestConfig?.verb === "get"
      ? () => htmx.ajax("GET", requestConfig.path, { source: elt, target: requestConfig.target, values: requestConfig.parameters })
      : null;
    showToast({ text: text(message), kind: "bad", retry });
  };
}

document.addEventListener("htmx:responseError", failed("Failed"));
document.addEventListener("htmx:sendError", failed("Offline"));
document.addEventListener("htmx:timeout", failed("Offline"));
