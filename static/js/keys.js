// A key presses the link that names it (data-key): for pages shown on a wall. Links do the same without this.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea, button, summary")) return;
  const name = event.key === " " ? "Space" : event.key;
  const link = [...document.querySelectorAll("a[data-key]")].find((one) => one.dataset.key.split(" ").includes(name));
  if (!link) return;
  event.preventDefault();
  link.click();
});
