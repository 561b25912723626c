/** A notice that is followed is read: told to the server in passing, so that the link stays a link. */
import { csrfToken } from "./page.js";

document.addEventListener("click", (event) => {
  const notice = event.target.closest?.("[data-notice]");
  if (!notice?.classList.contains("is-new")) return;
  const body = new URLSearchParams({ notice: notice.dataset.notice });
  fetch("/notices/read/", { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": csrfToken() } });
  notice.classList.remove("is-new");
  notice.querySelector(".notice-dot")?.remove();
});
