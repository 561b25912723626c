/** Tom Select on select[data-tom]: search, several choices, new ones with data-tom-create. */
import TomSelect from "tom-select/base";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import { onEveryPart, within } from "./page.js";

TomSelect.define("remove_button", removeButton);

onEveryPart((part) => within(part, "select[data-tom]").forEach((select) => {
  if (select.tomselect) return;
  new TomSelect(select, {
    create: "tomCreate" in select.dataset,
    plugins: select.multiple ? ["remove_button"] : [],
    maxOptions: 200,
    copyClassesToDropdown: false,
    placeholder: select.dataset.placeholder ?? select.getAttribute("placeholder") ?? "",
  });
  // Its label now names the widget; the select itself only carries the value.
  select.setAttribute("aria-hidden", "true");
}));
