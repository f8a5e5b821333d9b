// Elder view: reads the page's main text aloud, paragraph by paragraph, with the phone's own voice.
export function readAloud() {
  const button = document.querySelector("button[data-readaloud]");
  if (!button || !("speechSynthesis" in window)) return;
  const voice = window.speechSynthesis;
  const label = button.querySelector("span");
  const start = label.textContent;
  button.hidden = false;

  const pieces = () => [...document.querySelectorAll("main :is(h1, h2, h3, p, li, dt, dd, label, td, legend)")]
    .filter((node) => !node.contains(button) && node.offsetParent && !node.closest("[aria-hidden=true]") && !node.querySelector("p, li"))
    .map((node) => node.innerText.trim())
    .filter(Boolean);

  const stop = () => { voice.cancel(); label.textContent = start; button.setAttribute("aria-pressed", "false"); };

  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") { stop(); return; }
    voice.cancel();
    const texts = pieces();
    texts.forEach((text, index) => {
      const words = new SpeechSynthesisUtterance(text);
      words.lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
      words.rate = 0.9;
      if (index === texts.length - 1) words.addEventListener("end", stop);
      voice.speak(words);
    });
    label.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
  });
  window.addEventListener("pagehide", () => voice.cancel());
}
