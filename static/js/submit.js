// A form is sent once: its button waits and says so. Coming back with the back button wakes it again.
const WORDS = document.querySelector("meta[name=words]")?.dataset ?? {};

function wake() {
  for (const button of document.querySelectorAll("button[aria-busy]")) {
    button.removeAttribute("aria-busy");
    if (button.dataset.said) button.textContent = button.dataset.said;
    delete button.dataset.said;
  }
  document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending);
}

export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || "again" in form.dataset || form.hasAttribute("hx-post")) return;
    if (event.defaultPrevented) return;
    if ("sending" in form.dataset) { event.preventDefault(); return; }
    form.dataset.sending = "";
    const button = event.submitter ?? form.querySelector("button:not([type=button])");
    if (!button) return;
    // Not `disabled`: a disabled button would drop its own name and value from what is sent.
    button.setAttribute("aria-busy", "true");
    if (!button.children.length && WORDS.sending) {
      button.dataset.said = button.textContent;
      button.textContent = WORDS.sending;
    }
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelector("[data-signout]") ? location.reload() : wake(); });
  document.querySelector(".summary")?.focus();
}
