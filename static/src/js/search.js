/** The search box: a term that reads as phone, mail or WeChat id is posted, so that it never stands in a URL or log. */
import { csrfToken } from "./page.js";

const PHONE_DIGITS = 7;
const LAST_DIGITS = /^[\s+().\-/]*(\d[\s+().\-/]*){4}$/; // a phone's tail

export function readsAsContact(term) {
  const digits = (term.match(/\d/g) ?? []).length;
  return term.includes("@") || digits >= PHONE_DIGITS || LAST_DIGITS.test(term) || /^(wxid_|wechat:|微信)/i.test(term);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-search]")) return;
  const term = form.querySelector("[data-search-input]").value.trim();
  // A handle is written @name: it is no secret and goes the ordinary way.
  if (/^@\S+$/.test(term) || !readsAsContact(term)) return;
  form.method = "post";
  form.action = form.dataset.findUrl;
  if (!form.elements.csrfmiddlewaretoken) {
    const token = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken" });
    form.append(token);
  }
  form.elements.csrfmiddlewaretoken.value = csrfToken();
});
