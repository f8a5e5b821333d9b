// Everything here is an extra: without it every page still works.
import { keepDrafts } from "./drafts.js";
import { guardForms } from "./submit.js";
import { countDown } from "./countdown.js";

keepDrafts();
guardForms();
countDown();

document.querySelectorAll("button[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// Only where a file can be chosen, or once a photo is pressed.
if (document.querySelector("input[type=file]")) import("./photos.js").catch(() => {});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-photo]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  import("./lightbox.js").then(({ open }) => open(link), () => { location.assign(link.href); });
});
// From the second page on: who looks at one page only pays nothing for it. The browser asks for a newer one once an hour.
if (document.referrer.startsWith(location.origin)) navigator.serviceWorker?.register("/sw.js", { updateViaCache: "all" }).catch(() => {});
