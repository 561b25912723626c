/** The files opened last in this browser, by their ids alone; the server shows those that the reader may see. */

const KEY = "recent-kols";
const MOST = 12;

export function recentKols() {
  try {
    const ids = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(ids) ? ids.slice(0, MOST) : [];
  } catch {
    return [];
  }
}

const opened = document.querySelector(".file[data-kol-in-view]")?.dataset.kolInView;
if (opened) localStorage.setItem(KEY, JSON.stringify([opened, ...recentKols().filter((id) => id !== opened)].slice(0, MOST)));
