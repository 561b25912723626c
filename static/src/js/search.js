/** The search box posts, so that no phone, mail or WeChat id stands in a URL or log; what is plainly a name goes by GET
    and can be shared as a link. What looks like both (lijian99) is posted, and the server sends names on to the list. */

const PHONE_DIGITS = 7;
const LONGEST = 100; // what the list's search takes
const LAST_DIGITS = /^[\s+().\-/]*(\d[\s+().\-/]*){4}$/; // a phone's tail
const WECHAT_ID = /^[a-z][-_a-z0-9]{5,19}$/i; // as profiles/search.py has it
const WECHAT_MARK = /^(wxid_|wechat|weixin|wx|vx|微信|v信)/i;

export function readsAsContact(typed) {
  const term = typed.normalize("NFKC").trim();
  if (term.includes("://") || term.length > LONGEST) return true; // a link finds who holds the account
  if (/^@[^\s@]+$/.test(term)) return false; // a handle is written @name: it is no secret
  const digits = (term.match(/\d/g) ?? []).length;
  return term.includes("@") || digits >= PHONE_DIGITS || LAST_DIGITS.test(term) || WECHAT_ID.test(term) || WECHAT_MARK.test(term);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-search]")) return;
  const posted = readsAsContact(form.elements.q.value);
  form.dataset.findUrl ??= form.getAttribute("action");
  form.method = posted ? "post" : "get";
  form.action = posted ? form.dataset.findUrl : form.dataset.listUrl;
  form.elements.csrfmiddlewaretoken.disabled = !posted;
});
