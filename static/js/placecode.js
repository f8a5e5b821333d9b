// Keeps the code at the place fresh. It changes every minute and holds for one more; asked for three times a minute.
const EVERY = 20000;
const box = document.querySelector("[data-placecode]");
const say = document.getElementById("say");

async function refresh() {
  try {
    const answer = await fetch(box.dataset.placecode, { credentials: "same-origin", cache: "no-store", redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    box.replaceChildren(...part.body.childNodes);
  } catch {
    if (box.querySelector("[data-lost-note]")) return;
    const note = Object.assign(document.createElement("p"), { className: "note bad", textContent: box.dataset.lost });
    note.dataset.lostNote = "";
    box.prepend(note);
    say.textContent = box.dataset.lost;
  }
}

if (box) {
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
