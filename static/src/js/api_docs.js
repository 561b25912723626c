/** The page of the API is dark where the reader's pages are; Swagger's styles ask for a class. */
{
  const { theme } = document.currentScript.dataset;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const dark = theme === "dark" || (theme === "auto" && system.matches);
    document.documentElement.classList.toggle("dark-mode", dark);
  };
  system.addEventListener("change", follow);
  follow();
}
