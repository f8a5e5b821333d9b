// Speaks for everything below /surveys/. A network is always asked first; without one the questionnaire that was kept
// is shown, and what is sent meanwhile waits on this device (survey.js sends it). Nothing else is kept.
const STORE = "surveys";
const PATIENCE = 12000;
const OWN = /^\/surveys\/(\d+)\/(answer|check|offline)\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const own = url.pathname.match(OWN);
  if (request.mode === "navigate" && own) {
    event.respondWith(request.method === "POST" ? send(request, url, own[1]) : show(request, own[1]));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});

async function kept(request) {
  return (await (await caches.open(STORE)).match(request, { ignoreVary: true })) ?? Response.error();
}

async function show(request, survey) {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return kept(`/surveys/${survey}/offline/`);
  }
}

// The answer to a question goes by the key of the question, so that the last one is right; handing in comes last.
async function send(request, url, survey) {
  const copy = request.clone();
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    const body = await copy.text();
    const handing = url.pathname.endsWith("/check/");
    const key = handing ? "~" : url.pathname.split("/")[4];
    const store = await caches.open(STORE);
    await store.put(`/surveys/${survey}/unsent/${key}`, new Response(body));
    const go = new URLSearchParams(body).get("go") ?? "next";
    return Response.redirect(`/surveys/${survey}/offline/#${handing ? "sent" : `${go}:${key}`}`, 303);
  }
}
