// The screens of a meeting: the hall's and a phone's take the drawn parts as they come, the clerk's page reads itself anew.
// Nothing that somebody has not sent yet is ever replaced: a bar offers what is new.
import { Ledger, Line } from "./line.js";

const TICK = 250, ALONE = 3000, SPREAD = 1500, FAR = 20000, NUMBER = { now: 1, queue: 2, pulse: 5, ask: 6 };

// Whether something stands in a form that was not sent; a page begins with none.
export function unsent(place) {
  return [...place.querySelectorAll("form[data-live]")].some((form) => [...form.elements].some((field) => changed(field)));
}

function changed(field) {
  if (field.type === "hidden" || field.type === "submit" || !field.name) return false;
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((one, at) => one.selected !== (one.defaultSelected || (at === 0 && ![...field.options].some((each) => each.defaultSelected))));
  return field.value !== field.defaultValue;
}

class Hall extends Line {
  constructor(root) {
    super(root, ALONE);
    this.slots = new Map([...root.querySelectorAll("[data-part]")].map((slot) => [Number(slot.dataset.part), slot]));
    const shown = [...this.slots].map(([n, slot]) => [n, Number(slot.dataset.rev)]);
    this.ledger = new Ledger(Number(root.dataset.sequence), shown, (part) => this.draw(part));
    this.state = document.querySelector("[data-state]");
    this.bar = root.querySelector("[data-bar]");
    this.waiting = new Map();
    this.open = root.dataset.open === "1";
    this.ahead = Date.parse(document.querySelector('meta[name="server-time"]')?.content ?? "") - Date.now() || 0;
  }

  start() {
    document.addEventListener("submit", (event) => { if (event.target.matches("form[data-live]")) this.send(event); });
    document.addEventListener("keydown", (event) => this.press(event));
    this.bar?.querySelector("[data-take]").addEventListener("click", () => this.bring());
    setInterval(() => this.tick(), TICK);
    this.settle();
    this.tick();
    this.follow();
  }

  // --- what arrives ---

  take(news) {
    const before = this.ledger.last, stood = this.standing(), was = this.mine();
    if (!this.ledger.take(news)) { this.fetch(); return; }
    if (this.state && this.lives) {
      this.state.hidden = false;
      this.state.classList.remove("off");
      this.state.textContent = this.root.dataset.on;
    }
    if (this.ledger.last > before) this.moved(stood !== this.standing() || this.open !== news.open, was);
    this.open = news.open;
  }

  away(given) {
    if (!this.state) return;
    this.state.hidden = given;
    this.state.classList.add("off");
    this.state.textContent = this.root.dataset.away;
  }

  draw(part) {
    const slot = this.slots.get(part.n);
    if (!slot) return;
    if (unsent(slot)) { this.waiting.set(part.n, part.html); this.offer(); } else this.put(slot, part.html);
  }

  put(slot, html) {
    const open = slot.querySelector("details")?.open;
    slot.innerHTML = html;
    if (open) slot.querySelector("details")?.setAttribute("open", "");
    for (const field of slot.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = this.root.dataset.token;
    this.settle();
  }

  // The figures are seen by whoever answered, or cannot.
  settle() {
    const ask = this.slots.get(NUMBER.ask), pulse = this.slots.get(NUMBER.pulse);
    const form = ask?.querySelector("form");
    if (!ask) return;
    const asked = Boolean(form) && "answers" in this.root.dataset && form.dataset.pulse !== this.root.dataset.answered;
    ask.hidden = !asked;
    pulse.hidden = asked;
    this.place();
  }

  place() {
    const words = this.root.querySelector("[data-place]"), { turn } = this.root.dataset;
    if (!words || !turn) return;
    const at = this.order().indexOf(turn);
    if (at >= 0) words.textContent = words.dataset.place.replace("0", at + 1);
  }

  // The clerk's page is read anew; a phone only where its own turn is concerned, or, not all at once, what may be done.
  // Whoever waits too far back to be told looks now and then.
  moved(otherwise, was) {
    const now = this.mine();
    if ("desk" in this.root.dataset || (now !== was && (was !== "away" || now === "speaks"))) this.bring(true);
    else if (otherwise && document.querySelector("[data-own]")) setTimeout(() => this.bring(true), Math.random() * SPREAD);
    else if (now === "away") this.later ??= setTimeout(() => { this.later = undefined; this.bring(true); }, FAR * (1 + Math.random()));
  }

  // Where its own turn stands: nowhere, among those who are told, at the microphone, or away from both.
  mine() {
    const { turn } = this.root.dataset;
    if (!turn) return "";
    if (this.order().includes(turn)) return "waits";
    return this.slots.get(NUMBER.now)?.querySelector("[data-speaks]")?.dataset.speaks === turn ? "speaks" : "away";
  }

  order() {
    return this.slots.get(NUMBER.queue)?.querySelector("[data-order]")?.dataset.order.split(" ") ?? [];
  }

  standing() {
    return this.slots.get(NUMBER.queue)?.querySelector(".tag")?.textContent;
  }

  offer() {
    if (this.bar) this.bar.hidden = false;
  }

  // Reads the page again and takes what is the reader's own; `gently`: not where something is unsent.
  async bring(gently = false) {
    if (this.bringing) { this.once = true; return; }
    this.bringing = true;
    try {
      do {
        this.once = false;
        const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-cache" });
        if (answer.ok && !answer.redirected) this.renew(new DOMParser().parseFromString(await answer.text(), "text/html"), gently);
      } while (this.once);
    } catch { /* offline: the next news brings it */ } finally {
      this.bringing = false;
    }
  }

  renew(fresh, gently) {
    let kept = false;
    for (const own of document.querySelectorAll("[data-own]")) {
      const next = fresh.querySelector(`[data-own="${own.dataset.own}"]`);
      if (!next) continue;
      if (gently && unsent(own)) { kept = true; continue; }
      const open = [...own.querySelectorAll("details")].map((one) => one.open);
      const key = own.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
      own.replaceChildren(...next.childNodes);
      own.querySelectorAll("details").forEach((one, at) => { one.open = open[at] ?? one.open; });
      if (key) own.querySelector(`[data-key="${key}"]`)?.focus();
    }
    const root = fresh.querySelector("[data-hall]");
    for (const name of ["turn", "answered", "answers"]) {
      if (root && name in root.dataset) this.root.dataset[name] = root.dataset[name]; else delete this.root.dataset[name];
    }
    if (!gently) {
      for (const [n, html] of this.waiting) this.put(this.slots.get(n), html);
      this.waiting.clear();
    }
    if (this.bar) this.bar.hidden = !kept && !this.waiting.size;
    this.settle();
  }

  // --- the clock ---

  tick() {
    const now = Date.now() + this.ahead;
    for (const clock of document.querySelectorAll("[data-until]")) {
      const left = Math.round((Date.parse(clock.dataset.until) - now) / 1000);
      const shown = Math.abs(left), words = `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
      clock.textContent = left < 0 ? `−${words}` : words;
      clock.classList.toggle("soon", left >= 0 && left <= Number(clock.dataset.warning));
      clock.classList.toggle("over", left < 0);
      clock.title = left < 0 ? clock.dataset.over : "";
    }
    const wall = document.querySelector("[data-clock]");
    if (wall) wall.textContent = new Date(now).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  }

  // --- what is sent ---

  // One key does what the button says that shows it; never while somebody writes.
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
  }

  async send(event) {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target, refusal = form.querySelector("[data-refusal]");
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    if (refusal) refusal.hidden = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      if (answer.type === "opaqueredirect") await this.sent(form);
      else this.refuse(refusal, reason(await answer.text()) ?? this.root.dataset.unsent);
    } catch {
      this.refuse(refusal, this.root.dataset.unsent);
    } finally {
      delete form.dataset.busy;
    }
  }

  async sent(form) {
    if (form.dataset.pulse) this.root.dataset.answered = form.dataset.pulse;
    form.reset();
    const key = form.querySelector('[name="once"]');
    if (key) key.value = crypto.randomUUID?.() ?? "";
    this.settle();
    if (!form.dataset.pulse) await this.bring(true);
    this.fetch();
  }

  refuse(place, words) {
    if (!place) return;
    place.textContent = words;
    place.hidden = false;
  }
}

// Why the server refused, from the page it answered with.
function reason(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector('main [role="alert"], main .error, main .errorlist')?.textContent.trim() || undefined;
}

if (typeof document !== "undefined") {
  for (const root of document.querySelectorAll("[data-hall]")) new Hall(root).start();
}
