// Keeps the discussions on a page fresh. Without it they are read and written by reloading.

import { Ledger, Line } from "./line.js";

export { Ledger, pause } from "./line.js";

const SAY_EVERY = 5000, WRITE_EVERY = 4000;

// Whether one place on the page is below another: by the post it stands under, then by its own number.
export const comesAfter = (one, other) => one[0] - other[0] > 0 || (one[0] === other[0] && one[1] > other[1]);

class Thread extends Line {
  constructor(root) {
    super(root);
    this.posts = root.querySelector("[data-posts]");
    this.pill = root.querySelector("[data-pill]");
    this.state = root.querySelector("[data-state]");
    const shown = [...this.posts.querySelectorAll("[data-n]")].map((post) => [Number(post.dataset.n), Number(post.dataset.rev)]);
    // Numbers have no gaps: what is shown begins with the least.
    this.first = shown.length ? Math.min(...shown.map(([n]) => n)) : 0;
    this.ledger = new Ledger(Number(root.dataset.sequence), shown, (post) => this.draw(post));
    this.unseen = this.unsaid = 0;
    this.say = root.querySelector("form[data-say]");
  }

  start() {
    this.follows = this.root.querySelector("form[data-read]");
    if (this.follows && "IntersectionObserver" in globalThis) {
      this.upto = Number(this.follows.dataset.upto || NaN);
      this.seen = new Set();
      this.eye = new IntersectionObserver((found) => this.read(found));
      for (const post of this.posts.querySelectorAll("[data-n]")) this.eye.observe(post);
    }
    if (this.say) {
      this.say.addEventListener("submit", (event) => this.send(event));
      this.say.addEventListener("input", () => this.write());
      this.root.addEventListener("click", (event) => this.refer(event));
    }
    this.stance = document.querySelector("form#stance[method=post]");
    if (this.stance) {
      this.stance.addEventListener("submit", (event) => this.react(event));
      this.said = new Map(this.stance.dataset.mine.split(" ").filter(Boolean).map((one) => one.split(":")));
      for (const post of this.posts.children) this.press(post);
    }
    // A page of earlier posts stands still.
    if ("still" in this.root.dataset) return;
    this.follow();
    addEventListener("scroll", () => this.look(), { passive: true });
  }

  // --- what arrives ---

  take(news) {
    if (!this.ledger.take(news)) this.fetch();
    if (news.online !== undefined) this.show(news.online);
    if (news.writing || news.posts.length) this.hint(news.writing);
    this.root.querySelector("[data-closed]").hidden = news.open;
    this.root.classList.toggle("shut", !news.open);
  }

  draw(post) {
    const holder = document.createElement("template");
    holder.innerHTML = post.html;
    const fresh = holder.content.firstElementChild;
    this.press(fresh);
    this.eye?.observe(fresh);
    const old = this.posts.querySelector(`[data-n="${post.n}"]`);
    if (old) this.replace(old, fresh);
    else if (post.n >= this.first) this.add(fresh, post.n);
  }

  replace(old, fresh) {
    const link = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    old.replaceWith(fresh);
    // Whoever stands on a link of a post that changed goes on standing there.
    if (link) [...fresh.querySelectorAll("a")].find((one) => one.getAttribute("href") === link)?.focus({ preventScroll: true });
  }

  add(fresh, n) {
    const place = this.place(fresh), later = [...this.posts.querySelectorAll("[data-n]")].find((post) => comesAfter(this.place(post), place));
    if (later) later.before(fresh); else this.posts.append(fresh);
    fresh.classList.add("new");
    this.root.querySelector("[data-none]").hidden = true;
    if (n === this.mine || this.say?.dataset.busy) return;
    this.announce();
    if (fresh.getBoundingClientRect().top > innerHeight) {
      this.unseen += 1;
      if (this.unseen === 1) this.pill.firstElementChild.href = `#${fresh.id}`;
      this.pill.firstElementChild.textContent = this.words(this.unseen);
      this.pill.hidden = false;
    }
  }

  // Answers stand under what they answer, where that is shown.
  place({ dataset: { n, to } }) {
    return [Number(to >= this.first ? to : n), Number(n)];
  }

  words(count) {
    return count === 1 ? this.root.dataset.one : this.root.dataset.many.replace("0", count);
  }

  // Says politely, and not more often than every five seconds, that somebody wrote.
  announce() {
    this.unsaid += 1;
    this.saying ??= setTimeout(() => {
      const region = document.getElementById("say");
      if (region) region.textContent = this.words(this.unsaid);
      setTimeout(() => { if (region) region.textContent = ""; }, SAY_EVERY / 2);
      this.unsaid = 0;
      this.saying = undefined;
      this.spoke = Date.now();
    }, Math.max(300, (this.spoke ?? 0) + SAY_EVERY - Date.now()));
  }

  look() {
    const last = this.posts.lastElementChild;
    if (!this.unseen || !last || last.getBoundingClientRect().top > innerHeight) return;
    this.unseen = 0;
    this.pill.hidden = true;
  }

  show(online) {
    // A lone reader is told of nobody.
    this.state.hidden = online < 2;
    this.state.classList.remove("off");
    this.state.textContent = this.root.dataset.online.replace("0", online);
  }

  away(given) {
    this.state.classList.add("off");
    this.state.textContent = this.root.dataset.away;
    this.state.hidden = given;
  }

  // --- reading ---

  // Up to which number everything was on the screen; a first visit begins with what is seen first.
  read(found) {
    const seen = found.filter((one) => one.isIntersecting).map((one) => Number(one.target.dataset.n));
    for (const n of seen) this.seen.add(n);
    if (!seen.length) return;
    const before = this.upto;
    if (Number.isNaN(this.upto)) this.upto = Math.min(...seen) - 1;
    while (this.seen.has(this.upto + 1)) this.upto += 1;
    if (this.upto !== before) { clearTimeout(this.telling); this.telling = setTimeout(() => this.tell(), 1500); }
  }

  tell() {
    const data = new FormData(this.follows);
    data.set("upto", this.upto);
    fetch(this.follows.action, { method: "POST", body: data, headers: { Accept: "application/json" }, keepalive: true }).catch(() => { /* the next one tells it too */ });
  }

  // --- agreeing ---

  async react(event) {
    const { formAction, value } = event.submitter, data = new FormData(this.stance), post = event.submitter.closest("[data-n]");
    event.preventDefault();
    data.set("value", value);
    const answer = await fetch(formAction, { method: "POST", body: data, redirect: "manual" }).catch(() => null);
    // Anything but done is said by the page of the act itself.
    if (answer?.type !== "opaqueredirect") { location.assign(formAction); return; }
    this.said.set(post.dataset.n, value);
    this.press(post);
    this.fetch();
  }

  // What the reader said stands in no post that comes from the server.
  press(post) {
    const said = this.said?.get(post.dataset.n);
    for (const button of said === undefined ? [] : post.querySelectorAll("[form=stance]")) button.ariaPressed = String(button.value === said);
  }

  // --- speaking ---

  // Says that somebody writes here: not who, not what, and not more often than every few seconds.
  write() {
    if (Date.now() - (this.wrote ?? 0) < WRITE_EVERY || !this.say.elements.body.value.trim()) return;
    this.wrote = Date.now();
    const data = new FormData();
    data.set("csrfmiddlewaretoken", this.say.elements.csrfmiddlewaretoken.value);
    fetch(this.say.dataset.writes, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => { /* it was only a hint */ });
  }

  // Somebody else writes; one's own hint comes back too, and is not shown.
  hint(writing) {
    const line = this.root.querySelector("[data-writing]");
    clearTimeout(this.fading);
    line.hidden = !writing || Date.now() - (this.wrote ?? 0) < 2 * WRITE_EVERY;
    if (!line.hidden) this.fading = setTimeout(() => { line.hidden = true; }, 2 * WRITE_EVERY);
  }

  // Names the post that is answered or quoted, or none, in the form that is there already.
  refer(event) {
    const link = event.target.closest("[data-refer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { to, quote, body } = this.say.elements, line = this.say.querySelector("[data-refers]"), name = link.dataset.refer;
    to.value = quote.value = "";
    if (name) this.say.elements[name].value = link.closest("[data-n]").dataset.n;
    line.hidden = !name;
    line.firstElementChild.textContent = name ? link.textContent.trim().replace(/\s+/g, " ") : "";
    body.focus();
  }

  async send(event) {
    event.preventDefault();
    const form = this.say, refusal = form.querySelector("[data-refusal]");
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    refusal.hidden = true;
    const data = new FormData(form);
    data.set("after", this.ledger.last);
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const json = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
      // Signed out meanwhile, the page is too old, or one photo is refused: the plain way keeps the rest and says what to do.
      if (!json || answer.redirected || (!answer.ok && form.elements.photos.files.length)) { form.submit(); return; }
      const told = await answer.json();
      if (answer.ok) this.sent(form, data, told); else this.refuse(refusal, told.refusal);
    } catch {
      this.refuse(refusal, this.root.dataset.unsent);
    } finally {
      delete form.dataset.busy;
    }
  }

  sent(form, data, told) {
    this.wrote = 0;
    // Among earlier posts the new one has no place: go where it is.
    if ("still" in this.root.dataset) { location.assign(`${location.pathname}#post-${told.said}`); return; }
    this.mine = told.said;
    this.take(told.news);
    // What was typed while the post was on its way stays.
    if (form.elements.body.value === data.get("body")) form.elements.body.value = form.elements.asks.value = "";
    form.elements.to.value = form.elements.quote.value = form.elements.photos.value = "";
    form.querySelector("[name^=held-]")?.closest(".choices").remove();
    form.elements.photos.dispatchEvent(new Event("change", { bubbles: true }));
    form.querySelector("[data-refers]").hidden = true;
    form.elements.once.value = told.once;
    this.posts.querySelector(`[data-n="${told.said}"]`)?.scrollIntoView({ block: "nearest" });
    try { sessionStorage.removeItem(`draft:${form.dataset.draft}`); sessionStorage.removeItem("sent"); } catch { /* no storage */ }
  }

  refuse(place, words) {
    place.lastElementChild.textContent = words;
    place.hidden = false;
  }
}

if (typeof document !== "undefined") {
  for (const root of document.querySelectorAll("[data-thread]")) new Thread(root).start();
}
