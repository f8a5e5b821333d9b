// Ticks of a ballot that are not sent yet: kept on this device for the one line of the roll they belong to, said to be
// unsent, and put together where two tabs tick at once. Sealing and sending is seal.js; signing out forgets (drafts.js).
const PREFIX = "ticks:";
const DAYS = 40 * 24 * 3600 * 1000;

// Of each option the last state counts, in whichever tab it was ticked: { option: [1 or 0, moment] }.
export function merged(one, other) {
  const both = { ...one };
  for (const [option, state] of Object.entries(other)) if (!both[option] || both[option][1] < state[1]) both[option] = state;
  return both;
}

export function parse(text) {
  try {
    const found = JSON.parse(text ?? "{}");
    return found && typeof found === "object" && !Array.isArray(found)
      ? Object.fromEntries(Object.entries(found).filter(([, state]) => Array.isArray(state) && Number.isFinite(state[1]))) : {};
  } catch { return {}; }
}

function keep(form) {
  const key = PREFIX + form.dataset.ticks;
  const boxes = [...form.querySelectorAll("input[name=choice]")];
  const dock = form.querySelector("[data-ticks-dock]"), unsent = form.querySelector("[data-ticks-unsent]");
  const count = form.querySelector("[data-ticks-count]"), words = count.querySelector("span"), said = form.querySelector("[data-ticks-said]");
  let here = {}, sent = false;

  const stored = () => { try { return parse(localStorage.getItem(key)); } catch { return {}; } };
  function store() {
    try {
      if (Object.keys(here).length) localStorage.setItem(key, JSON.stringify(here));
      else localStorage.removeItem(key);
    } catch { /* private window: the ticks stay in the page */ }
  }
  function show() {
    for (const box of boxes) if (here[box.value]) box.checked = here[box.value][0] === 1;
    const ticked = boxes.filter((box) => box.checked).length;
    const { none, one, two, many } = words.dataset;
    const text = [none, one, two][ticked] ?? many.replace("{n}", ticked);
    count.hidden = false;
    if (words.textContent !== text) words.textContent = text;
    const short = ticked ? many.replace("{n}", ticked) : none;
    if (said.textContent !== short) said.textContent = short;
    count.querySelectorAll("circle").forEach((pip, place) => pip.classList.toggle("full", place < ticked));
    dock.classList.toggle("unsent", ticked > 0);
    unsent.hidden = ticked === 0;
    return ticked;
  }
  function take() { here = merged(here, stored()); return show(); }

  // What came back from the server ticked is newer than what was kept.
  const now = Date.now();
  for (const box of boxes) if (box.checked) here[box.value] = [1, now];
  take();
  store();
  if (Object.values(here).some(([state]) => state)) form.closest("[data-ticks-again]")?.setAttribute("open", "");

  form.addEventListener("change", ({ target }) => {
    if (target.name !== "choice") return;
    here = merged(stored(), { ...here, [target.value]: [target.checked ? 1 : 0, Date.now()] });
    store();
    show();
  });
  addEventListener("storage", (event) => {
    if (event.key !== key) return;
    // Sent or forgotten elsewhere: nothing waits here any more.
    if (event.newValue === null) { here = {}; for (const box of boxes) box.checked = false; show(); } else take();
  });
  // Before they are shown again, those of all tabs are put together.
  form.addEventListener("submit", () => { take(); if (form.noValidate !== true) sent = true; });
  form.addEventListener("sealed", () => { sent = true; here = {}; store(); show(); });
  // Back from a project's page: seal.js has emptied the form.
  addEventListener("pageshow", ({ persisted }) => { if (persisted && !sent) { here = {}; take(); } });

  let staying = false;
  document.addEventListener("click", ({ target }) => { staying = Boolean(target.closest?.("[data-ticks-stay]")); });
  addEventListener("beforeunload", (event) => {
    if (!sent && !staying && boxes.some((box) => box.checked)) event.preventDefault();
  });
}

function tidy() {
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
      const last = Math.max(0, ...Object.values(parse(localStorage.getItem(key))).map(([, moment]) => moment));
      if (Date.now() - last > DAYS) localStorage.removeItem(key);
    }
  } catch { /* nothing is kept where nothing can be */ }
}

if (typeof document !== "undefined") {
  tidy();
  document.querySelectorAll("form[data-ticks]").forEach(keep);
}
