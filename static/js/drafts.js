// Keeps what is typed in <form data-draft="key"> in this tab until it is sent. Signing out forgets everything.
// Never passwords, codes, files or hidden keys.
const PREFIX = "draft:";
const SECRET = new Set(["password", "hidden", "file", "submit", "button"]);

const kept = (field) => field.name && !SECRET.has(field.type) && field.autocomplete !== "one-time-code";

function read(form) {
  return [...form.elements].filter(kept).map((field) =>
    field.type === "checkbox" || field.type === "radio" ? [field.name, field.value, field.checked] : [field.name, field.value]);
}

function fill(form, saved) {
  for (const [name, value, checked] of saved) {
    for (const field of [...form.elements].filter((one) => one.name === name && kept(one))) {
      if (checked === undefined) { if (!field.value) field.value = value; } else if (field.value === value) field.checked = checked;
    }
  }
}

function forget() {
  Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));
}

export function keepDrafts() {
  let store;
  try { store = window.sessionStorage; store.getItem(PREFIX); } catch { return; }
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = PREFIX + form.dataset.draft;
    // A form that came back with errors holds the newest text already.
    const saved = form.querySelector(".summary") ? null : store.getItem(key);
    if (saved) fill(form, JSON.parse(saved));
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => { try { store.setItem(key, JSON.stringify(read(form))); } catch { /* full: typed text stays in the page */ } }, 400);
    });
    // Forgotten when the next page shows that it arrived: a lost connection must not lose the text.
    form.addEventListener("submit", () => { clearTimeout(timer); store.setItem(key, JSON.stringify(read(form))); store.setItem("sent", key); });
  }
  const sent = store.getItem("sent");
  if (sent) {
    store.removeItem("sent");
    const here = [...document.querySelectorAll("form[data-draft]")].find((form) => PREFIX + form.dataset.draft === sent);
    if (!here || !here.querySelector(".summary")) store.removeItem(sent);
  }
  document.querySelectorAll("form[data-signout]").forEach((form) => form.addEventListener("submit", forget));
}
