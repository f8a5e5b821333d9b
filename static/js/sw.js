// The service worker of the whole site. What it does stands in parts of their own; keeping pages for reading without a
// network is one to come, and adds its own listeners ("install", "activate", "fetch") below.

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
