// A page beside a server that restarts, lines that die without a word, a phone that sleeps: in a clock that is ours.
// node healing.mjs LINE SEEDS: what was wrong, by seed.
const [, , address, seeds] = process.argv;
const soon = globalThis.setImmediate;
const turn = () => new Promise((done) => soon(done));

let now, timers, heard, server, dice, number;

globalThis.setTimeout = (run, wait = 0) => { timers.set(++number, { at: now + wait, run }); return number; };
globalThis.setInterval = (run, every) => { timers.set(++number, { at: now + every, run, every }); return number; };
globalThis.clearTimeout = globalThis.clearInterval = (id) => timers.delete(id);
globalThis.addEventListener = (name, run) => heard.push([name, run]);
globalThis.document = { hidden: false, addEventListener: globalThis.addEventListener };
globalThis.location = { href: "http://portal.example/topics/1/" };
Date.now = () => now;
Math.random = () => dice();

globalThis.WebSocket = class {
  constructor(url) {
    this.readyState = 0;
    this.after = Number(url.searchParams.get("after"));
    server.asked += 1;
    setTimeout(() => server.greet(this), 50);
  }
  close() {
    if (this.readyState === 3) return;
    this.gone(1000);
  }
  gone(code) {
    this.readyState = 3;
    server.lines.delete(this);
    setTimeout(() => this.onclose?.({ code }), 1);
  }
  say(news) { if (!this.deaf) this.onmessage({ data: JSON.stringify({ ...news, online: 3 }) }); }
};

globalThis.fetch = async (url) => {
  if (!server.up) throw new TypeError("offline");
  return { ok: true, json: async () => ({ ...server.news(Number(String(url).split("after=")[1])), more: false }) };
};

function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Server {
  constructor() {
    Object.assign(this, { up: true, sequence: 0, posts: new Map(), lines: new Set(), asked: 0 });
    setInterval(() => this.tell({ after: this.sequence, sequence: this.sequence, posts: [] }), 20000);
  }
  greet(line) {
    if (line.readyState) return;
    if (!this.up) { line.gone(1006); return; }
    line.readyState = 1;
    this.lines.add(line);
    line.say(this.news(line.after));
  }
  news(after) {
    const posts = [...this.posts].filter(([, rev]) => rev > after).sort((one, other) => one[1] - other[1]);
    return { after, sequence: this.sequence, posts: posts.map(([n, rev]) => ({ n, rev })) };
  }
  change() {
    this.sequence += 1;
    const old = [...this.posts.keys()];
    const n = dice() < 0.6 || !old.length ? old.length + 1 : old[Math.floor(dice() * old.length)];
    this.posts.set(n, this.sequence);
    this.tell({ after: this.sequence - 1, sequence: this.sequence, posts: [{ n, rev: this.sequence }] });
  }
  tell(news) { if (this.up) for (const line of this.lines) line.say(news); }
  stop() { this.up = false; for (const line of [...this.lines]) line.gone(1006); }
}

const { Line, Ledger } = await import(address);

class Page extends Line {
  constructor() {
    super({ dataset: { socket: "/ws/threads/1/", news: "/threads/1/news/", lang: "en" } });
    this.drawn = new Map();
    this.doubles = 0;
    const marks = new Set();
    this.state = { hidden: true, classList: { contains: (name) => marks.has(name), add: (name) => marks.add(name), remove: (name) => marks.delete(name) } };
    this.ledger = new Ledger(0, [], ({ n, rev }) => { this.doubles += this.drawn.get(n) === rev; this.drawn.set(n, rev); });
  }
  take(news) {
    if (!this.ledger.take(news)) this.fetch();
    if (news.online === undefined) return;
    this.state.hidden = false;
    this.state.classList.remove("off");
  }
  away(given) { this.state.classList.add("off"); this.state.hidden = given; }
  get claims() { return !this.state.hidden && !this.state.classList.contains("off"); }
  get speaks() { return !this.state.hidden && this.state.classList.contains("off"); }
}

async function pass(seconds, check = () => {}) {
  for (const until = now + 1000 * seconds; ;) {
    const [id, next] = [...timers].reduce((first, one) => (one[1].at < first[1].at ? one : first));
    if (next.at > until) { now = until; return; }
    now = Math.max(now, next.at);
    if (next.every) next.at = now + next.every; else timers.delete(id);
    next.run();
    await turn();
    check();
  }
}

const happen = (name, event = {}) => heard.filter(([on]) => on === name).forEach(([, run]) => run(event));

async function walk(seed) {
  [now, timers, heard, dice, number] = [1e6, new Map(), [], random(seed), 0];
  server = new Server();
  const page = new Page(), wrong = [];
  page.follow();
  const check = () => { if (page.claims && (!page.lives || now - page.heard > 51000)) wrong.push(`claims to be live at ${now}`); };
  for (let step = 0; step < 40; step += 1) {
    const luck = dice();
    if (luck < 0.5) server.change();
    else if (luck < 0.6) { server.stop(); await pass(60 * dice(), check); server.change(); server.up = true; }
    else if (luck < 0.7) for (const line of server.lines) line.deaf = true;
    else if (luck < 0.8) for (const line of [...server.lines]) line.gone(1006);
    else if (luck < 0.9) {
      // Asleep: lines die, nothing runs; whatever was due runs late, once.
      for (const line of server.lines) line.deaf = true;
      for (let more = 0; more < 3; more += 1) server.change();
      now += 3600 * 1000;
      if (dice() < 0.5) happen("visibilitychange"); else await pass(0);
      await pass(6, check);
      if (page.claims && now - page.heard > 7000) wrong.push("still claims to be live after an hour's sleep");
    } else {
      happen("pagehide");
      server.change();
      now += 600 * 1000;
      happen("pageshow", { persisted: true });
    }
    await pass(10 * dice(), check);
  }
  const asked = server.asked;
  server.stop();
  await pass(30, check);
  if (!page.speaks) wrong.push("says nothing of a line that is gone for half a minute");
  if (server.asked - asked > 20) wrong.push(`knocks ${server.asked - asked} times in half a minute`);
  server.change();
  server.up = true;
  await pass(120, check);
  if (!page.claims || page.speaks) wrong.push("does not come back");
  if (page.doubles) wrong.push(`draws ${page.doubles} twice`);
  if (page.ledger.last !== server.sequence || JSON.stringify([...page.drawn].sort()) !== JSON.stringify([...server.posts].sort())) wrong.push("misses something");
  return wrong;
}

const found = {};
for (let seed = 1; seed <= Number(seeds); seed += 1) {
  const wrong = await walk(seed);
  if (wrong.length) found[seed] = [...new Set(wrong)].slice(0, 4);
}
console.log(JSON.stringify(found));
