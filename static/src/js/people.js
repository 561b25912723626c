/** input[data-people]: a name, or one of the files that it may mean. What is only typed stays as typed. */
import TomSelect from "tom-select/base";
import { csrfToken, onEveryPart, within } from "./page.js";

const asked = async (url, term) => {
  const headers = { "X-CSRFToken": csrfToken() };
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams({ q: term }), headers });
  return answer.ok ? (await answer.json()).people : [];
};

onEveryPart((part) => within(part, "input[data-people]").forEach((input) => {
  if (input.tomselect) return;
  const { people: url, personName: name, textOnly: only } = input.dataset;
  new TomSelect(input, {
    maxItems: 1,
    create: true,
    createOnBlur: true,
    persist: false,
    valueField: "value",
    labelField: "text",
    searchField: [], // the server has searched: by pinyin, initials and alias too
    sortField: [{ field: "$order" }],
    score: () => () => 1,
    shouldLoad: (term) => term.trim().length > 0,
    load: (term, done) => { asked(url, term).then(done, () => done()); },
    options: name ? [{ value: input.value, text: name, about: "" }] : [],
    render: {
      option: ({ text, about }, escape) => `<div>${escape(text)}${about ? ` <span class="mute">${escape(about)}</span>` : ""}</div>`,
      option_create: ({ input: typed }, escape) => `<div class="create">${escape(typed)} <span class="mute">${escape(only)}</span></div>`,
      no_results: () => "",
    },
    onType(term) { if (!term) this.clearOptions(); },
  });
  input.setAttribute("aria-hidden", "true");
}));
