// Speaks for everything below /surveys/. A network is always asked first; without one the questionnaire that was kept
// is shown, and what is sent meanwhile waits on this device (survey.js sends it). Nothing else is kept.
const STORE = "surveys";
const PATIENCE = 12000;
// Whether the last page had no network: only then is it drawn with what was kept.
let away = false;
const OWN = /^\/surveys\/(\d+)\/(answer|check|offline)\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The questionnaire and what it is drawn with, once for whoever answers now (survey.js asks for it).
self.addEventListener("message", ({ data }) => {
  if (data?.keep) Promise.all(data.keep.map(keep)).catch(() => {});
});

async function keep(url) {
  const store = await caches.open(STORE);
  if (await store.match(url)) return;
  const answer = await fetch(url, { credentials: "same-origin" });
  if (answer.ok && !answer.redirected) await store.put(url, answer);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const own = url.pathname.match(OWN);
  if (request.mode === "navigate" && own) {
    event.respondWith(request.method === "POST" ? send(request, url, own[1]) : show(request, own[1]));
  } else if (away && request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});

async function kept(request) {
  return (await (await caches.open(STORE)).match(request, { ignoreVary: true })) ?? Response.error();
}

async function show(request, survey) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    away = false;
    return answer;
  } catch {
    away = true;
    return kept(`/surveys/${survey}/offline/`);
  }
}

// The answer to a question goes by the key of the question, so that the last one is right; handing in comes last.
// What arrived is kept beside it, so that the kept questionnaire knows what was answered since it was kept.
async function send(request, url, survey) {
  const copy = request.clone();
  const handing = url.pathname.endsWith("/check/");
  const key = handing ? "~" : url.pathname.split("/")[4];
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.type === "opaqueredirect" && !handing) await put(survey, "sent", key, await copy.text());
    return answer;
  } catch {
    const body = await copy.text();
    await put(survey, "unsent", key, body);
    const go = new URLSearchParams(body).get("go") ?? "next";
    return Response.redirect(`/surveys/${survey}/offline/#${handing ? "sent" : `${go}:${key}`}`, 303);
  }
}

async function put(survey, box, key, body) {
  await (await caches.open(STORE)).put(`/surveys/${survey}/${box}/${key}`, new Response(body));
}
