/** Light, dark or as the system; rail narrow or wide. Both kept in cookies, so that the server draws the page right at once. */
import { setCookie } from "./page.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-set-theme]");
  if (choice) {
    root.dataset.bsTheme = choice.dataset.setTheme;
    setCookie("theme", choice.dataset.setTheme);
    document.querySelectorAll("[data-set-theme]").forEach((one) => {
      if (one === choice) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    });
    document.dispatchEvent(new CustomEvent("themechange"));
  }
  if (event.target.closest("[data-print]")) print();
  if (event.target.closest("[data-rail-toggle]")) {
    root.dataset.rail = root.dataset.rail === "narrow" ? "wide" : "narrow";
    setCookie("rail", root.dataset.rail);
  }
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  document.dispatchEvent(new CustomEvent("themechange"));
});
