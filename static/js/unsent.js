// The page without a network: which pages can be read, and what could not be sent. That goes out by a press, with the
// key it was sent with first: what arrived after all counts once.
const page = document.querySelector("[data-away-page]");
const when = (moment) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" }).format(new Date(Number(moment)));
const made = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
const HIDDEN = new Set(["csrfmiddlewaretoken", "once", "page", "version", "to", "quote", "after", "value"]);

async function stored(name, part) {
  if (!(await caches.has(name))) return [];
  const store = await caches.open(name);
  const found = (await store.keys()).filter(({ url }) => !url.endsWith("/whose") && url.includes(part));
  return Promise.all(found.map(async (key) => [key, await store.match(key)]));
}

async function list() {
  const box = page.querySelector("[data-pages]");
  for (const [{ url }, answer] of (await stored("pages", "/")).reverse()) {
    const title = new DOMParser().parseFromString(await answer.text(), "text/html").title.split(" · ")[0];
    const line = made("li", "");
    line.append(made("a", title, { href: new URL(url).pathname + new URL(url).search }), " ", made("small", when(answer.headers.get("Kept-At"))));
    box.append(line);
  }
  box.hidden = page.querySelector("[data-pages-title]").hidden = !box.children.length;
}

async function wait() {
  const box = page.querySelector("[data-waiting]");
  for (const [key, answer] of await stored("unsent", "/unsent/")) {
    const headers = answer.headers, data = await answer.formData();
    const line = made("li", "", { className: "card" }), said = made("p", "", { role: "status" }), row = made("p", "", { className: "row" });
    line.append(made("p", when(headers.get("Kept-At")), { className: "muted" }));
    for (const [name, value] of data) {
      if (HIDDEN.has(name) || name.startsWith("held-") || value === "" || value.size === 0) continue;
      line.append(made("p", value.name ?? value, { className: "lines-kept" }));
    }
    const go = made("button", box.dataset.send, { type: "button", className: "btn" });
    const drop = made("button", box.dataset.drop, { type: "button", className: "btn quiet" });
    go.addEventListener("click", () => send(key, data, headers.get("Sends-To"), said, go));
    drop.addEventListener("click", async () => {
      // Asked once more: nobody else has the words.
      if (drop.dataset.sure) { await (await caches.open("unsent")).delete(key); location.reload(); return; }
      drop.textContent = drop.dataset.sure = box.dataset.sure;
    });
    row.append(go, drop);
    line.append(said, row);
    box.append(line);
  }
  page.querySelector("#unsent").hidden = !box.children.length;
}

async function send(key, data, path, said, button) {
  const words = page.querySelector("[data-waiting]").dataset;
  if (button.ariaBusy) return;
  button.ariaBusy = "true";
  said.textContent = "";
  try {
    const from = data.get("page") || path.replace(/(posts|reply)\/$/, "");
    const fresh = await fetch(from, { credentials: "same-origin" });
    const html = new DOMParser().parseFromString(await fresh.text(), "text/html");
    const token = html.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    // The session ran out: signing in comes first, and leads back here.
    if (!token || html.querySelector("input[name=password]") || !html.querySelector("[data-signout]")) {
      location.assign(`/accounts/login/?next=${encodeURIComponent("/offline/")}`);
      return;
    }
    data.set("csrfmiddlewaretoken", token);
    const answer = await fetch(path, { method: "POST", body: data });
    // What was taken leads on; anything else is shown again.
    if (!answer.redirected) { said.textContent = words.refused; return; }
    await (await caches.open("unsent")).delete(key);
    dropDrafts(data);
    location.assign(answer.url);
  } catch {
    said.textContent = words.away;
  } finally {
    button.ariaBusy = null;
  }
}

// What went out must not wait in its form again (drafts.js).
function dropDrafts(data) {
  const typed = [...data.values()].filter((value) => typeof value === "string" && value.length > 1);
  const texts = new Set(typed.map((value) => value.replaceAll("\r\n", "\n")));
  for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith("draft:"))) {
    if (JSON.parse(sessionStorage.getItem(key)).fields?.some(([, value]) => texts.has(value))) sessionStorage.removeItem(key);
  }
  sessionStorage.removeItem("sent");
}

if (page && "caches" in window) {
  page.querySelector("#back").hidden = location.hash !== "#back";
  page.querySelector("[data-again]").addEventListener("click", () => history.length > 1 ? history.back() : location.assign("/"));
  wait().then(list);
}
