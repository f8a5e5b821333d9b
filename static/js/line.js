// Keeps what a page shows in step with the server: numbered news by socket, what is missing fetched, else polled.
// What arrives is applied by number, so that losing, repeating or reordering it changes nothing.

const HEARTBEAT = 20000, SILENCE = 45000, POLL_LIVE = 60000;
const SPREAD = 5000, LONGEST_WAIT = 30000;
// How long a line that broke may take to come back before the page speaks of it.
const DOUBT = 4000;
// After these codes the socket is not for us: unknown, signed out, too many tabs. Polling goes on.
const FINAL = new Set([4403, 4404, 4429]);

// Which change of which part the page shows, and up to which number it knows everything.
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

// The root says where (data-socket, data-news, data-lang); who extends it has a `ledger`, takes news, shows in `state` that
// it is live, and by `away` that it is not.
export class Line {
  constructor(root, alone = 15000) {
    this.root = root;
    this.alone = alone;
    this.tries = 0;
  }

  follow() {
    this.connect();
    this.poll();
    setInterval(() => this.listenForSilence(), HEARTBEAT / 4);
    addEventListener("online", () => this.wake());
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", (event) => { if (event.persisted) this.wake(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.wake(); });
  }

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
      clearTimeout(this.doubt);
      this.doubt = undefined;
      this.take(JSON.parse(event.data));
    };
    line.onclose = (event) => {
      if (this.socket === line) this.lost(event.code);
    };
  }

  lost(code) {
    this.leave();
    this.given = FINAL.has(code);
    this.poll();
    if (this.given) { clearTimeout(this.doubt); this.away(true); return; }
    this.doubt ??= setTimeout(() => this.away(false), DOUBT);
    this.again = setTimeout(() => this.connect(), pause(this.tries++));
  }

  // Without a line nothing is said to be live. The page may be kept, and come back.
  leave() {
    const line = this.socket;
    this.socket = undefined;
    if (this.state && !this.state.classList.contains("off")) this.state.hidden = true;
    clearTimeout(this.again);
    line?.close();
  }

  get lives() {
    return this.socket?.readyState === 1;
  }

  // A line on which nothing came for two heartbeats is dead, whatever the browser thinks.
  listenForSilence() {
    if (this.socket && Date.now() - this.heard >= SILENCE) this.lost(1006);
  }

  // The page is looked at again, perhaps after hours in which nothing ran: what it holds may be long dead.
  wake() {
    this.tries = 0;
    this.listenForSilence();
    this.fetch();
    clearTimeout(this.again);
    this.connect();
  }

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
    }, (this.socket ? POLL_LIVE : this.alone) * (0.8 + Math.random() * 0.4));
  }
}
