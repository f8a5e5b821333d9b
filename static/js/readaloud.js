// Elder view: the page is read aloud with the device's own voice, from top to bottom: title, where it stands, what is next.
// A device that has no voice for the page's language says so in a line, and names whom to call.
const READ = "main :is(h1, h2, h3, h4, p, li, dt, dd, label, legend, caption, th, td, .due .btn)";
const SILENT = "nav, .track, .elder-hide, [aria-hidden=true], [data-silent]";
// Some browsers know their voices only a while after they are asked.
const PATIENCE = 2000;
// Longer pieces are cut off by some voices.
const SENTENCE = /[^。！？；.!?;]+[。！？；.!?;]*/g;

const synth = window.speechSynthesis;
const button = document.querySelector("button[data-readaloud]");
const none = document.querySelector("[data-novoice]");
const english = document.documentElement.lang === "en";
const label = button.querySelector("span");
const start = label.textContent;
let turn = 0;

const voice = () => synth.getVoices().find((one) => one.lang.toLowerCase().startsWith(english ? "en" : "zh"))
  || synth.getVoices().find((one) => !english && /^(cmn|yue)/i.test(one.lang));

const pieces = () => [...document.querySelectorAll(READ)]
  .filter((node) => node.checkVisibility?.() ?? node.offsetParent)
  .filter((node) => !node.closest(SILENT) && !node.querySelector("h2, h3, p, li, dt, td, label"))
  .flatMap((node) => node.innerText.trim().match(SENTENCE) ?? []);

function show(reading) {
  label.textContent = reading ? button.dataset.stop : start;
  button.setAttribute("aria-pressed", String(reading));
}

function stop() { turn += 1; synth.cancel(); show(false); }

function say(texts, mine) {
  if (mine !== turn) return;
  if (!texts.length) { stop(); return; }
  const words = new SpeechSynthesisUtterance(texts[0]);
  const found = voice();
  if (found) words.voice = found;
  words.lang = found?.lang ?? (english ? "en-GB" : "zh-CN");
  words.rate = 0.9;
  words.addEventListener("end", () => say(texts.slice(1), mine));
  words.addEventListener("error", (failed) => { if (mine === turn) { stop(); if (/voice|language|synthesis/.test(failed.error)) offer(); } });
  synth.speak(words);
}

function offer() {
  button.hidden = !synth || !voice();
  none.hidden = !button.hidden;
}

if (synth) {
  synth.cancel();
  button.hidden = false;
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") { stop(); return; }
    synth.cancel();
    turn += 1;
    show(true);
    say(pieces(), turn);
  });
  window.addEventListener("pagehide", stop);
  document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); });
  synth.addEventListener?.("voiceschanged", offer);
  if (!voice()) setTimeout(offer, PATIENCE);
} else offer();

// What is folded opens for whoever comes by a link to a place in it; newer browsers do so themselves.
const unfold = () => document.querySelector(":target")?.closest("details:not([open])")?.setAttribute("open", "");
window.addEventListener("hashchange", unfold);
unfold();
