// A tick that shows what is typed as password, in all password fields of its form. Sent, it is a password again.
for (const form of document.querySelectorAll("form:has(input[type=password])")) {
  const fields = [...form.querySelectorAll("input[type=password]")], ticks = [...form.querySelectorAll("[data-showpassword]")];
  const box = ticks.at(-1)?.querySelector("input");
  if (!box) continue;
  const show = (shown) => { for (const field of fields) field.type = shown ? "text" : "password"; };
  for (const field of fields) { field.autocapitalize = "off"; field.spellcheck = false; }
  ticks.at(-1).hidden = false;
  box.checked = false;
  box.addEventListener("change", () => show(box.checked));
  form.addEventListener("submit", () => { box.checked = false; show(false); }, { capture: true });
}
