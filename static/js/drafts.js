// Keeps what is typed in <form data-draft="key"> in this tab until it is sent. Signing out forgets everything.
// Never passwords, codes, files or hidden keys. Empty fields are filled again; over other words only when asked.
const PREFIX = "draft:";
const SECRET = new Set(["password", "hidden", "file", "submit", "button"]);

const kept = (field) => field.name && !SECRET.has(field.type) && field.autocomplete !== "one-time-code";
const named = (form, name) => [...form.elements].filter((field) => field.name === name && kept(field));
// Which text a form edits; forms of something new have none.
const version = (form) => form.querySelector("input[name=version]")?.value ?? "";

function read(form) {
  const fields = [...form.elements].filter(kept).map((field) =>
    field.type === "checkbox" || field.type === "radio" ? [field.name, field.value, field.checked] : [field.name, field.value]);
  return JSON.stringify({ version: version(form), fields });
}

function parse(text) {
  const saved = text ? JSON.parse(text) : null;
  return Array.isArray(saved) ? { version: "", fields: saved } : saved;
}

function fill(form, saved, over) {
  for (const [name, value, checked] of saved.fields) {
    for (const field of named(form, name)) {
      if (checked !== undefined) { if (field.value === value) field.checked = checked; }
      else if (over || !field.value) field.value = value;
    }
  }
}

function differs(form, saved) {
  return saved.fields.some(([name, value, checked]) => checked === undefined
    && named(form, name).some((field) => field.type !== "select-one" && field.value !== value));
}

function button(text, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn quiet small";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}

// Says that there is unsaved text, and lets its writer choose. With the version that was read, so that what
// somebody else saved meanwhile is not overwritten either: the server shows both.
function offer(form, saved, forgetIt) {
  const words = document.querySelector("meta[name=words]")?.dataset;
  if (!words?.unsaved) return;
  const line = document.createElement("div");
  line.className = "note warn";
  line.setAttribute("role", "status");
  const inner = document.createElement("div");
  const row = document.createElement("p");
  row.className = "row";
  inner.append(words.unsaved, row);
  line.append(inner);
  const mark = form.querySelector("input[name=version]");
  row.append(
    button(words.restore, () => {
      fill(form, saved, true);
      if (mark && saved.version) mark.value = saved.version;
      line.remove();
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }),
    button(words.discard, () => { forgetIt(); line.remove(); }),
  );
  form.prepend(line);
}

function forget() {
  // Those of ticks.js and survey.js, too.
  for (const store of [sessionStorage, localStorage]) {
    for (const key of Object.keys(store)) if (/^(draft|ticks):/.test(key)) store.removeItem(key);
  }
  window.caches?.keys().then((all) => all.forEach((name) => name === "static" || caches.delete(name)));
}

export function keepDrafts() {
  let store;
  try { store = window.sessionStorage; store.getItem(PREFIX); } catch { return; }
  const sent = store.getItem("sent");
  const offered = new Set();
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = PREFIX + form.dataset.draft;
    // A form that came back with errors holds the newest text already.
    const saved = form.querySelector(".summary") ? null : parse(store.getItem(key));
    // What was sent and is followed by a newer version has arrived.
    const arrived = saved && sent === key && saved.version !== version(form);
    if (saved && !arrived) {
      if (!version(form)) fill(form, saved, false);
      if ((sent !== key || version(form)) && differs(form, saved)) {
        offered.add(key);
        offer(form, saved, () => store.removeItem(key));
      }
    }
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => { try { store.setItem(key, read(form)); } catch { /* full: typed text stays in the page */ } }, 400);
    });
    // Forgotten when the next page shows that it arrived: a lost connection must not lose the text.
    form.addEventListener("submit", () => { clearTimeout(timer); store.setItem(key, read(form)); store.setItem("sent", key); });
  }
  // A page kept on the phone shows nothing of what arrived.
  if (sent && navigator.onLine) {
    store.removeItem("sent");
    const here = [...document.querySelectorAll("form[data-draft]")].find((form) => PREFIX + form.dataset.draft === sent);
    if (!here?.querySelector(".summary") && !offered.has(sent)) store.removeItem(sent);
  }
  document.querySelectorAll("form[data-signout]").forEach((form) => form.addEventListener("submit", forget));
}
