// Keeps the discussions on a page fresh. Without it they are read and written by reloading.
// What arrives is applied by number, so that losing, repeating or reordering it changes nothing.

const HEARTBEAT = 20000, SILENCE = 45000, POLL_LIVE = 60000, POLL_ALONE = 15000, SAY_EVERY = 5000;
const SPREAD = 5000, LONGEST_WAIT = 30000;
// After these codes the socket is not for us: unknown thread, signed out, too many tabs. Polling goes on.
const FINAL = new Set([4403, 4404, 4429]);

// Which change of which post the page shows, and up to which number it knows everything.
export class Ledger {
  constructor(last, shown, draw) {
    this.last = last;
    this.shown = new Map(shown);
    this.draw = draw;
  }

  // Takes news; false: something before it is missing and has to be fetched.
  take(news) {
    if (news.after > this.last) return false;
    for (const post of news.posts) {
      if (post.rev <= (this.shown.get(post.n) ?? 0)) continue;
      this.shown.set(post.n, post.rev);
      this.draw(post);
    }
    this.last = Math.max(this.last, news.sequence);
    return true;
  }
}

// How long to wait before the n-th try, in milliseconds: spread out, so that a restarted server is not run over.
export function pause(tries, random = Math.random()) {
  return 500 + random * Math.min(LONGEST_WAIT, SPREAD * 2 ** Math.max(0, tries - 2));
}

class Thread {
  constructor(root) {
    this.root = root;
    this.posts = root.querySelector("[data-posts]");
    this.pill = root.querySelector("[data-pill]");
    this.state = root.querySelector("[data-state]");
    const shown = [...this.posts.children].map((post) => [Number(post.dataset.n), Number(post.dataset.rev)]);
    this.first = shown.length ? shown[0][0] : 0;
    this.ledger = new Ledger(Number(root.dataset.sequence), shown, (post) => this.draw(post));
    this.tries = this.unseen = this.unsaid = 0;
    this.say = root.querySelector("form[data-say]");
  }

  start() {
    if (this.say) this.say.addEventListener("submit", (event) => this.send(event));
    // A page of earlier posts stands still.
    if ("still" in this.root.dataset) return;
    this.connect();
    this.poll();
    setInterval(() => this.listenForSilence(), HEARTBEAT / 4);
    addEventListener("scroll", () => this.look(), { passive: true });
    addEventListener("online", () => this.wake());
    addEventListener("pagehide", () => this.socket?.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.wake(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.wake(); });
  }

  // --- what arrives ---

  take(news) {
    if (!this.ledger.take(news)) this.fetch();
    if (news.online !== undefined) this.show(news.online);
    this.root.querySelector("[data-closed]").hidden = news.open;
  }

  draw(post) {
    const holder = document.createElement("template");
    holder.innerHTML = post.html;
    const fresh = holder.content.firstElementChild;
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
    const before = [...this.posts.children].reverse().find((post) => Number(post.dataset.n) < n);
    if (before) before.after(fresh); else this.posts.prepend(fresh);
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

  // --- the socket ---

  connect() {
    if (this.given || this.socket || !("WebSocket" in globalThis)) return;
    const { socket, lang } = this.root.dataset;
    const address = new URL(`${socket}?after=${this.ledger.last}&lang=${lang}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const line = this.socket = new WebSocket(address);
    this.heard = Date.now();
    line.onmessage = (event) => {
      this.heard = Date.now();
      this.tries = 0;
      this.take(JSON.parse(event.data));
    };
    line.onclose = (event) => {
      if (this.socket === line) this.lost(event.code);
    };
  }

  lost(code) {
    this.socket = undefined;
    this.state.classList.add("off");
    this.state.textContent = this.root.dataset.away;
    this.poll();
    if (FINAL.has(code)) { this.given = true; this.state.hidden = true; return; }
    clearTimeout(this.again);
    this.again = setTimeout(() => this.connect(), pause(this.tries++));
  }

  // A line on which nothing came for two heartbeats is dead, whatever the browser thinks.
  listenForSilence() {
    if (!this.socket || Date.now() - this.heard < SILENCE) return;
    const dead = this.socket;
    this.lost(1006);
    dead.close();
  }

  wake() {
    this.tries = 0;
    this.fetch();
    clearTimeout(this.again);
    this.connect();
  }

  // --- fetching what is missing ---

  // One at a time; asks on until nothing is missing.
  async fetch() {
    if (this.fetching) { this.missing = true; return; }
    this.fetching = true;
    try {
      for (let more = true; more; ) {
        this.missing = false;
        const address = `${this.root.dataset.news}?after=${this.ledger.last}`;
        const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-cache" });
        if (!answer.ok) break;
        const news = await answer.json();
        this.take(news);
        more = this.missing || news.more;
      }
    } catch { /* offline: the next poll tries again */ } finally {
      this.fetching = false;
    }
  }

  // The last resort, often while there is no socket, seldom beside one.
  poll() {
    clearTimeout(this.polling);
    this.polling = setTimeout(async () => {
      if (!document.hidden) await this.fetch();
      this.poll();
    }, (this.socket ? POLL_LIVE : POLL_ALONE) * (0.8 + Math.random() * 0.4));
  }

  // --- speaking ---

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
      // Signed out meanwhile, or the page is too old: the plain way keeps the text and says what to do.
      if (!json || answer.redirected) { form.submit(); return; }
      const told = await answer.json();
      if (answer.ok) this.sent(form, data, told); else this.refuse(refusal, told.refusal);
    } catch {
      this.refuse(refusal, this.root.dataset.unsent);
    } finally {
      delete form.dataset.busy;
    }
  }

  sent(form, data, told) {
    // Among earlier posts the new one has no place: go where it is.
    if ("still" in this.root.dataset) { location.assign(`${location.pathname}#post-${told.said}`); return; }
    this.mine = told.said;
    this.take(told.news);
    // What was typed while the post was on its way stays.
    if (form.elements.body.value === data.get("body")) form.elements.body.value = form.elements.asks.value = "";
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
