// Everything here is an extra: without it every page still works.
import { keepDrafts } from "./drafts.js";
import { guardForms } from "./submit.js";
import { readAloud } from "./readaloud.js";
import { countDown } from "./countdown.js";
import { checkFiles } from "./filesize.js";

keepDrafts();
checkFiles();
guardForms();
readAloud();
countDown();

document.querySelectorAll("button[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// From the second page on: who looks at one page only pays nothing for it. The browser asks for a newer one once an hour.
if (document.referrer.startsWith(location.origin)) navigator.serviceWorker?.register("/sw.js", { updateViaCache: "all" }).catch(() => {});
