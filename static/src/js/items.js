/** Rows of items in a form: [data-add-item="#template"] appends a copy to the [data-items] of its [data-items-block] (or
    of the form), [data-remove-item] removes its row. */

const INDEX = "new";
let added = 0;

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add-item]");
  const remove = event.target.closest("[data-remove-item]");
  if (add) {
    const list = (add.closest("[data-items-block]") ?? add.closest("form")).querySelector("[data-items]");
    const row = document.querySelector(add.dataset.addItem).content.firstElementChild.cloneNode(true);
    added += 1;
    rename(row, `${INDEX}${added}`);
    list.append(row);
    row.querySelector("select, input:not([type=hidden])")?.focus();
  }
  if (remove) {
    const row = remove.closest("[data-item-row]");
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    const form = row.closest("form");
    row.remove();
    form.dispatchEvent(new Event("change", { bubbles: true }));
    (neighbour?.querySelector("[data-remove-item]") ?? form.querySelector("[data-add-item]")).focus();
  }
});

/** Names and ids of a copied row are its own. */
function rename(row, index) {
  for (const element of row.querySelectorAll("[name], [id], [for]")) {
    for (const attribute of ["name", "id", "for", "aria-describedby"]) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.replace(new RegExp(`([.-])${INDEX}([.-])`), `$1${index}$2`));
    }
    if (element.name === "items") element.value = index;
  }
}
