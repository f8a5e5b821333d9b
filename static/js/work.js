// The list of the workbench by keys, while one stands in it: J and K down and up, X chooses; Enter opens, as everywhere.
const list = document.querySelector("[data-work]");
if (list) {
  const rows = [...list.querySelectorAll("tbody tr:not(.group)")], said = list.querySelector("[data-chosen]");
  const words = said?.textContent;
  const count = () => {
    const chosen = list.querySelectorAll("input[name=duties]:checked").length;
    if (said) said.textContent = chosen ? said.dataset.chosen.replace("{n}", chosen) : words;
  };
  list.querySelector("[data-keys]")?.removeAttribute("hidden");
  said?.setAttribute("role", "status");
  list.addEventListener("change", count);
  list.addEventListener("keydown", (event) => {
    const box = event.target.matches("input[type=checkbox]");
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || (!box && event.target.closest("input, select"))) return;
    const at = rows.indexOf(event.target.closest("tr")), key = event.key.toLowerCase();
    if (key === "j" || key === "k") rows[Math.min(rows.length - 1, Math.max(0, at + (key === "j" ? 1 : -1)))]?.querySelector("th a")?.focus();
    else if (key === "x") rows[at]?.querySelector("input[type=checkbox]")?.click();
    else return;
    event.preventDefault();
  });
  count();
}
