/** What several scripts ask of the page. */

export const text = (name) => document.body.dataset[`text${name}`] ?? "";

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Is the reader typing, so that letters are letters and not commands? */
export function isTyping(target) {
  return Boolean(target.closest?.('input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]'));
}

export const isDialogOpen = () => document.querySelector("dialog[open]") !== null;

/** Runs now and for every part that htmx swaps in later. */
export function onEveryPart(prepare) {
  prepare(document.body);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) prepare(event.detail.elt);
  });
}

/** Elements matching the selector in the part, the part itself included. */
export function within(part, selector) {
  const found = [...part.querySelectorAll(selector)];
  return part.matches?.(selector) ? [part, ...found] : found;
}

export function setCookie(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}
