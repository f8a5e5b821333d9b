// Everything here is an extra: without it every page still works.
import { keepDrafts } from "./drafts.js";
import { guardForms } from "./submit.js";
import { countDown } from "./countdown.js";
import { checkFiles } from "./filesize.js";

keepDrafts();
checkFiles();
guardForms();
countDown();

document.querySelectorAll("button[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
