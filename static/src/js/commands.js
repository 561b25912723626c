/** Commands on the KOL in view: each is the element [data-command] of that name on the file's page. */

const KEY = "command";
const FILE = /\/kols\/([0-9a-f]{8}-[0-9a-f-]{27})\//;

/** The id of the file that is open, peeked at, or under the list's cursor; empty when there is none. */
export function viewedKol() {
  const open = document.querySelector("#side [data-kol-in-view]") ?? document.querySelector("[data-kol-in-view]");
  if (open) return open.dataset.kolInView;
  const link = document.querySelector("[data-row].is-cursor [data-open], .detail a.kol-chip");
  return FILE.exec(link?.getAttribute("href") ?? "")?.[1] ?? "";
}

/** Shows the contact and copies it: what the two clicks on it do. */
function copyContact(id) {
  const place = () => document.getElementById(`contact-${id}`);
  const shown = place()?.querySelector("[data-reveal]");
  if (shown) { shown.click(); return true; }
  const reveal = place()?.querySelector('[hx-post$="/reveal/"], [hx-get$="/reveal/"]');
  if (!reveal) return false;
  const onceThere = () => {
    const value = place()?.querySelector("[data-reveal]");
    if (!value) return; // a reason is asked for first
    document.removeEventListener("htmx:afterSettle", onceThere);
    value.click();
  };
  document.addEventListener("htmx:afterSettle", onceThere);
  reveal.click();
  return true;
}

/** Does it if this page can; true when it could. */
export function runCommand(name) {
  if (name.startsWith("copy:")) return copyContact(name.slice(5));
  const element = document.querySelector(`[data-command="${CSS.escape(name)}"]`);
  element?.click();
  return Boolean(element);
}

// For the page that is opened next. Never in the address: a link that somebody sends must not do anything.
export function rememberCommand(name, path) {
  sessionStorage.setItem(KEY, JSON.stringify({ name, path }));
}

const remembered = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
sessionStorage.removeItem(KEY);
// Once htmx, which waits for the same event, listens to the page's buttons.
document.addEventListener("DOMContentLoaded", () => {
  if (remembered && remembered.path === location.pathname) runCommand(remembered.name);
});
