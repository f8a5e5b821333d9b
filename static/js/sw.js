// The service worker of the whole site: news, pages seen last for reading without a network, and what could not be sent.
// Pages under /surveys/ have one of their own (surveyworker.js).

// --- news: a message says a title, a link and a tag; one with the same tag takes the place of the one shown before ---
self.addEventListener("push", (event) => {
  const { title, url, tag } = event.data?.json() ?? {};
  if (title) event.waitUntil(self.registration.showNotification(title, { tag, data: url, icon: "/static/img/icon.svg" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const at = new URL(event.notification.data || "/me/notices/", self.location.origin);
  if (at.origin === self.location.origin) event.waitUntil(self.clients.openWindow(at.href));
});

// --- what is kept: pages of one reader, what that reader could not send, and what pages are drawn with ---
const PAGES = "pages", UNSENT = "unsent", STATIC = "static", AWAY = "/offline/", WHOSE = "/whose";
const MOST_PAGES = 50, MOST_FILES = 60, LARGEST = 20e6, STRANGER = "0";
// What is said in a discussion, answered, proposed. Never a ballot, an account or a paper.
const SENDS = /^\/(threads|posts|topics|conventions|opinion-maps|n\/[^/]+\/topics)\//;
const MACHINERY = new Set(["csrfmiddlewaretoken", "once", "page", "version", "to", "quote", "after", "value"]);
const SIGN_OUT = "/accounts/logout/";
// Whether the last page had no network: only then is it drawn with what was kept.
let away = false;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepAway());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable()]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST") {
    // Who signs in may be somebody else: what waits to be sent goes with the first page that says so.
    if (url.pathname === SIGN_OUT) event.waitUntil(forget());
    else if (url.pathname.startsWith("/accounts/")) event.waitUntil(caches.delete(PAGES));
    else if (SENDS.test(url.pathname)) event.respondWith(send(request, url));
  } else if (request.mode === "navigate") event.respondWith(show(event));
  else if (away && url.pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(() => kept(STATIC, request)));
});

async function kept(store, key) {
  return (await (await caches.open(store)).match(key, { ignoreVary: true })) ?? Response.error();
}

// --- reading ---

async function show(event) {
  const { request } = event;
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(request));
    away = false;
    const whose = answer.headers.get("Kept-For");
    if (!whose || !answer.ok) return answer;
    event.waitUntil(keep(request.url, answer.clone(), whose));
    const since = await waiting(whose);
    return since ? marked(await answer.text(), answer.headers, "waits", since) : answer;
  } catch {
    away = true;
    const page = await kept(PAGES, request.url);
    return page.ok ? marked(await page.text(), page.headers, "readable", page.headers.get("Kept-At")) : kept(STATIC, AWAY);
  }
}

// The page with one line more, above all it says. Its words stand in the page itself; {when} is a day and an hour.
function marked(html, headers, name, moment) {
  const words = html.match(new RegExp(`data-${name}="([^"]*)"`))?.[1] ?? "", lang = html.match(/<html lang="([^"]+)"/)?.[1];
  const when = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" }).format(new Date(Number(moment)));
  const link = words.replace("{when}", when).replace(/\[(.+?)\]/, `<a href="${AWAY}#unsent">$1</a>`);
  const text = html.replace(/<main[^>]*>/, (main) => `${main}<p class="note warn" role="status" data-offline="${name}"><span>${link}</span></p>`);
  return new Response(text, { headers });
}

// Only what the server gives a reader's mark, and only while it does not forbid it; another reader's pages go at once.
async function keep(address, answer, whose) {
  const store = await mine(PAGES, whose);
  if (whose !== STRANGER) await mine(UNSENT, whose);
  if (/no-store/.test(answer.headers.get("Cache-Control") ?? "")) return;
  const html = await answer.text(), headers = new Headers(answer.headers);
  headers.set("Kept-At", Date.now());
  await store.put(address.split("#")[0], new Response(html, { headers }));
  await shorten(store, MOST_PAGES);
  await keepFiles(html);
  if (!(await kept(STATIC, AWAY)).ok) await keepAway();
}

async function mine(name, whose) {
  const store = await caches.open(name), last = await (await store.match(WHOSE))?.text();
  if (last === whose) return store;
  if (last) await caches.delete(name);
  const fresh = await caches.open(name);
  await fresh.put(WHOSE, new Response(whose));
  return fresh;
}

async function shorten(store, most) {
  const found = (await store.keys()).filter(({ url }) => !url.endsWith(WHOSE) && !url.endsWith(AWAY));
  await Promise.all(found.slice(0, Math.max(0, found.length - most)).map((one) => store.delete(one)));
}

// Scripts and styles lie in the browser's own store already: this asks the network for nothing.
async function keepFiles(html) {
  const store = await caches.open(STATIC);
  const paths = new Set([...html.matchAll(/(?:href|src)="(\/static\/[^"]+\.(?:css|js|svg))"/g)].map(([, path]) => path));
  for (const path of paths) if (!(await store.match(path))) await store.add(path).catch(() => {});
  await shorten(store, MOST_FILES);
}

async function keepAway() {
  const answer = await fetch(AWAY, { credentials: "same-origin" });
  if (!answer.ok) return;
  await keepFiles(await answer.clone().text());
  await (await caches.open(STATIC)).put(AWAY, answer);
}

async function forget() {
  await Promise.all((await caches.keys()).filter((name) => name !== STATIC).map((name) => caches.delete(name)));
}

// --- sending: what met no network waits under the key that lets it count once, and goes out by a press (unsent.js) ---

async function send(request, url) {
  const copy = request.clone();
  try {
    const answer = await fetch(request);
    if (answer.ok || answer.type === "opaqueredirect") await sent(copy);
    return answer;
  } catch (error) {
    const stays = await wait(copy, url).catch(() => false);
    if (request.mode !== "navigate") throw error;
    away = true;
    return Response.redirect(`${AWAY}#${stays ? "unsent" : "back"}`, 303);
  }
}

async function sent(copy) {
  const store = await caches.open(UNSENT);
  if (!(await store.keys()).some(({ url }) => url.includes("/unsent/"))) return;
  const once = (await copy.formData()).get("once");
  if (once) await store.delete(`/unsent/${once}`);
}

async function wait(copy, url) {
  const body = await copy.clone().blob(), data = await copy.formData(), once = data.get("once");
  const says = [...data].some(([name, value]) => !MACHINERY.has(name) && value !== "" && value.size !== 0);
  if (!once || !says || body.size > LARGEST) return false;
  const headers = { "Content-Type": copy.headers.get("Content-Type"), "Sends-To": url.pathname, "Kept-At": Date.now() };
  await (await caches.open(UNSENT)).put(`/unsent/${once}`, new Response(body, { headers }));
  return true;
}

// Since when the reader's oldest unsent thing waits.
async function waiting(whose) {
  if (!(await caches.has(UNSENT))) return "";
  const store = await caches.open(UNSENT), found = (await store.keys()).find(({ url }) => url.includes("/unsent/"));
  const owner = await (await store.match(WHOSE))?.text();
  return found && owner === whose ? (await store.match(found)).headers.get("Kept-At") : "";
}
