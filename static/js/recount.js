// Counts a published vote again in the reader's own browser, as portal/voting/recount.py does on a computer.
// Two things only the Python program sees: a name that stands twice in one object, and 1.0 in place of 1.

const FORMAT = "portal-vote-result/1", INVALID = "invalid", MEASURES = ["heads", "area"];
const METHODS = ["motion", "choice", "approval", "ranked", "score", "election"];
const SILENCES = ["none", "counts_as_participating", "follows_majority"];
const STEPS = { participation: "‹participation|参与›", approval: "‹approval|同意›" };
const NAMES = { heads: "‹heads|人数›", area: "‹floor area in 0.01 m²|面积（单位 0.01 平方米）›" };

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const object = (value) => (isObject(value) ? value : {});
const whole = (value) => Number.isSafeInteger(value) && value >= 0;
const show = (value) => (value === undefined ? "‹nothing|没有›" : JSON.stringify(value));
const sum = (rows) => ({ heads: rows.reduce((all, row) => all + row.heads, 0), area: rows.reduce((all, row) => all + row.area, 0) });
const same = (one, other) => canonical(one) === canonical(other);
const has = (one, name) => Object.hasOwn(one, name);

function compareText(one, other) {
  const a = [...one], b = [...other];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) if (a[at] !== b[at]) return a[at].codePointAt(0) - b[at].codePointAt(0);
  return a.length - b.length;
}

// The one JSON text of a value: names in order, no spaces.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  return `{${Object.keys(value).sort(compareText).map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

async function sha256(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// SHA-256 of everything but `record`; the public record's entry about the result holds the same.
export const fingerprint = ({ record, ...body }) => sha256(canonical(body));

class Line {
  constructor(step, measure, part, all, need, inclusive, option = "") {
    Object.assign(this, { step, measure, part, whole: all, need, inclusive, option });
    const have = BigInt(part) * BigInt(need[1]), want = BigInt(need[0]) * BigInt(all);
    this.reached = all > 0 && (inclusive ? have >= want : have > want);
  }

  toString() {
    const sign = this.inclusive ? "‹at least|不少于›" : "‹more than|超过›", held = this.reached ? "‹reached|达到›" : "‹not reached|未达到›";
    return `${this.option || STEPS[this.step]} · ${NAMES[this.measure]}: ${this.part} / ${this.whole}, ${sign} ${this.need[0]}/${this.need[1]}: ${held}`;
  }
}

class Count {
  constructor(content) {
    Object.assign(this, { result: "", lines: [], faults: [], needs: { participation: [], approval: [] }, measures: ["heads"], roll: new Map(), cast: new Map() });
    this.readRecord(content.record === undefined ? { sequence: 1, hash: "0".repeat(64) } : content.record);
    this.readQuestion(object(content.vote));
    this.readRule(object(content.rule));
    this.readRoll(content.roll);
    this.content = content;
  }

  async finish() {
    if (this.faults.length) return this;
    this.readBallots(this.content.ballots);
    const right = await this.decide();
    this.result = right.outcome;
    for (const [name, value] of Object.entries(right)) {
      this.check(`‹wrong|结果不符› ${name}`, [[!same(this.content[name], value), `‹the file says|文件写的是› ${show(this.content[name])}‹, the ballots say|，按选票应为› ${show(value)}`]]);
    }
    return this;
  }

  check(where, reasons) {
    const found = reasons.filter(([wrong]) => wrong).map(([, reason]) => `${where}: ${reason}`);
    this.faults.push(...found);
    return found.length === 0;
  }

  readRecord(record) {
    const { sequence, hash } = object(record), good = typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash);
    this.check("‹bad record|记录位置有误›", [[!good || !whole(sequence) || sequence === 0, show(record)]]);
  }

  readQuestion(vote) {
    const listed = Array.isArray(vote.options) && vote.options.every((name) => typeof name === "string") ? vote.options : [];
    this.readable = !listed.includes(INVALID);
    this.secret = vote.secret === true;
    this.options = listed.filter((option) => option !== INVALID);
    this.check("‹bad options|选项有误›", [[!this.options.length, "‹names are needed|缺少选项›"], [new Set(listed).size < listed.length, "‹one stands twice|有一项出现两次›"]]);
    this.check("‹bad vote|表决信息有误›", [[typeof vote.secret !== "boolean", "‹secret is unclear|没有写明是否无记名›"]]);
  }

  readRule(given) {
    const rule = { method: "motion", seats: 1, choose: this.options.length, points: 1, tie: "runoff", lot: "", withdrawn: [], ...given };
    const motion = rule.method === "motion", good = {};
    this.rule = rule;
    for (const name of ["seats", "choose", "points"]) good[name] = whole(rule[name]) && rule[name] > 0;
    good.method = METHODS.includes(rule.method);
    good.silence = SILENCES.slice(0, motion ? 3 : 1).includes(rule.silence);
    good.tie = ["runoff", "lot"].includes(rule.tie) && typeof rule.lot === "string";
    good.withdrawn = Array.isArray(rule.withdrawn) && rule.withdrawn.every((option) => this.options.includes(option));
    for (const step of Object.keys(STEPS)) {
      good[step] = Array.isArray(rule[step]) && (step === "participation" || !motion || rule[step].length > 0);
      for (const need of good[step] ? rule[step] : []) this.readNeed(step, object(need));
    }
    this.check("‹bad rule|规则有误›", Object.keys(good).map((name) => [!good[name], `${name} ${show(rule[name])}`]));
  }

  readNeed(step, need) {
    const known = MEASURES.slice(0, this.secret ? 1 : 2).includes(need.measure);
    const kinds = ["at_least", "more_than"].filter((kind) => has(need, kind));
    const share = kinds.length === 1 ? need[kinds[0]] : null;
    const pair = Array.isArray(share) && share.length === 2 && share.every(whole);
    if (!this.check("‹bad rule|规则有误›", [[!known, `${step} by ${show(need.measure)}`]])) return;
    this.measures = MEASURES.filter((name) => this.measures.includes(name) || name === need.measure);
    const fair = pair && share[0] <= share[1] && share[1] > 0;
    if (this.check("‹bad fraction|分数有误›", [[!fair, `${step} ${show(share)}`]])) this.needs[step].push([need.measure, share, kinds[0] === "at_least"]);
  }

  readRoll(entries) {
    this.check("‹bad roll|名册有误›", [[!Array.isArray(entries), "‹a list of entries is needed|缺少名册›"]]);
    (Array.isArray(entries) ? entries.map(object) : []).forEach((entry, at) => {
      const area = has(entry, "area") ? entry.area : this.measures.includes("area") ? null : 0;
      const sound = this.check(`‹bad roll|名册有误›: ‹entry ${at + 1}|第 ${at + 1} 行›`, [
        [typeof entry.entry !== "string", "‹it has no code|没有编号›"],
        [this.roll.has(entry.entry), `${entry.entry} ‹stands twice|出现两次›`],
        [typeof entry.served !== "boolean" || typeof entry.voted !== "boolean", "‹served and voted must be true or false|送达和投票须为 true 或 false›"],
        [this.secret && has(entry, "area"), "‹a secret vote has no area|无记名表决不应有面积›"],
        [!whole(area), "‹area is not a whole number|面积不是整数›"],
      ]);
      if (sound) this.roll.set(entry.entry, { ...entry, area });
    });
  }

  readBallots(given) {
    this.check("‹bad ballots|选票有误›", [[!Array.isArray(given), "‹a list of ballots is needed|缺少选票›"]]);
    const ballots = Array.isArray(given) ? given.map(object) : [], used = new Set();
    ballots.forEach(({ receipt, entry: code = null, choice }, at) => {
      const known = typeof code === "string" && this.roll.has(code), marks = this.marks(choice);
      const sound = this.check(`‹ballot|选票› ${at + 1} (${receipt})`, [
        [this.secret && code !== null, "‹a secret ballot names an entry|无记名票不得有编号›"],
        [!this.secret && !known, `‹ballot of no entry|名册上没有›: ${show(code)}`],
        [known && used.has(code), `‹two ballots of one entry|一人两票›: ${code}`],
        [marks === null, `‹unknown choice|选项不存在›: ${show(choice)}`],
      ]);
      if (!sound) return;
      if (known) used.add(code);
      const key = JSON.stringify(marks);
      const row = this.cast.get(key) ?? { marks, heads: 0, area: 0 };
      row.heads += 1;
      row.area += known ? this.roll.get(code).area : 0;
      this.cast.set(key, row);
    });
    this.checkLists(ballots.map(({ receipt }) => (typeof receipt === "string" ? receipt : "")), used);
  }

  checkLists(receipts, used) {
    const voted = new Set([...this.roll.values()].filter((entry) => entry.voted).map((entry) => entry.entry));
    this.check("‹bad receipt|回执号有误›", [[!receipts.every(Boolean), "‹each ballot needs one|每张选票都要有›"]]);
    this.check("‹a receipt stands twice|回执号重复›", [[new Set(receipts).size < receipts.length, "‹each has its own|每张应不同›"]]);
    const unsorted = receipts.some((receipt, at) => at > 0 && compareText(receipts[at - 1], receipt) > 0);
    this.check("‹bad order|顺序有误›", [[unsorted, "‹ballots are not sorted by receipt|选票未按回执号排序›"]]);
    const differ = this.secret ? [] : [...new Set([...used, ...voted])].filter((code) => used.has(code) !== voted.has(code)).sort(compareText);
    this.check("‹count mismatch|票数不符›", [
      [this.secret && receipts.length !== voted.size, `${receipts.length} ‹ballots|张选票›, ${voted.size} ‹voted|人投票›`],
      ...differ.map((code) => [true, `${code} ${used.has(code) ? "‹is not marked as voted|未标为已投票›" : "‹has no ballot|没有选票›"}`]),
    ]);
  }

  // What a ballot names, each with its points (else 1); nothing for an abstention; null where the rule does not allow it.
  marks(choice) {
    const { method, points, choose } = this.rule;
    if (choice === INVALID && !this.readable) return [[INVALID, 1]];
    const text = method === "motion" || method === "choice", given = method === "score";
    if (text ? typeof choice !== "string" : given ? !isObject(choice) : !Array.isArray(choice)) return null;
    const names = given ? Object.keys(choice) : !text ? choice : choice !== "" || method === "motion" ? [choice] : [];
    const most = method === "approval" || method === "election" ? choose : names.length;
    if (!names.every((name) => this.options.includes(name)) || new Set(names).size < names.length || names.length > most) return null;
    const marks = names.map((name) => [name, given ? choice[name] : 1]);
    return marks.every(([, each]) => !given || (whole(each) && each <= points)) ? marks : null;
  }

  async decide() {
    const tookPart = sum([...this.cast.values()]), motion = this.rule.method === "motion";
    const agreed = motion ? this.presume(tookPart) : null;
    this.lines = this.against("participation", tookPart, this.sums([...this.roll.values()]));
    const enough = this.lines.every((line) => line.reached);
    if (!motion) {
      const [winners, tied] = enough ? await this.choose(tookPart) : [[], []];
      return { outcome: !enough ? "no_quorum" : winners.length ? "passed" : "failed", winners, tied };
    }
    this.lines.push(...this.against("approval", agreed, tookPart));
    return { outcome: !enough ? "no_quorum" : this.lines.every((line) => line.reached) ? "passed" : "failed" };
  }

  // Who agreed. The silent ones are added, there and to who took part, where the rule counts them.
  presume(tookPart) {
    const got = (option) => this.cast.get(JSON.stringify([[option, 1]])) ?? { heads: 0, area: 0 };
    const most = Math.max(...this.options.map((option) => got(option).heads));
    const leaders = this.options.filter((option) => got(option).heads === most);
    const agreed = got(this.options[0]), follows = this.rule.silence === "follows_majority";
    const quiet = this.sums([...this.roll.values()].filter((entry) => entry.served && !entry.voted));
    if (this.rule.silence !== "none" && (!follows || leaders.length === 1)) Object.assign(tookPart, sum([tookPart, quiet]));
    return follows && leaders.length === 1 && leaders[0] === this.options[0] ? sum([agreed, quiet]) : agreed;
  }

  // Who is chosen, and who is equal at the last place: by people, then by area where the rule counts it.
  // Ranked: the weakest drops out (of equals the one weaker in the round before, and so on back; else they go
  // together) until as many are left as are sought, or the one that is sought has more than half.
  async choose(tookPart) {
    const { method, seats, lot, tie, withdrawn, points } = this.rule;
    const rounds = [this.got(this.options.filter((option) => !withdrawn.includes(option)))];
    const strength = (option) => rounds.flatMap((round) => this.measures.map((name) => round.get(option)[name]));
    const weaker = (one, other) => {
      const a = strength(one), b = strength(other), at = a.findIndex((number, place) => number !== b[place]);
      return at < 0 ? 0 : a[at] - b[at];
    };
    for (;;) {
      const now = [...rounds[0].keys()], heads = now.map((option) => rounds[0].get(option).heads);
      const stay = now.filter((option) => now.some((other) => weaker(option, other) > 0));
      const half = seats === 1 && 2 * Math.max(0, ...heads) > heads.reduce((all, one) => all + one, 0);
      if (method !== "ranked" || stay.length < seats || half) break;
      rounds.unshift(this.got(stay));
    }
    const times = method === "score" ? points : 1, all = { heads: tookPart.heads * times, area: tookPart.area * times };
    const able = [...rounds[0].keys()].sort((one, other) => weaker(other, one)).filter((option) => {
      const got = rounds[0].get(option);
      const lines = [new Line("approval", "heads", got.heads, all.heads, [0, 1], false, option), ...this.against("approval", got, all, option)];
      this.lines.push(...lines);
      return lines.every((line) => line.reached);
    });
    const last = able[seats];
    const sure = able.slice(0, seats).filter((option) => last === undefined || weaker(option, last) > 0);
    const tied = sure.length < seats && last !== undefined ? able.filter((option) => weaker(option, last) === 0) : [];
    if (!tied.length || tie !== "lot") return [sure, tied];
    this.check("‹bad rule|规则有误›", [[!lot, "‹the lot is missing|缺少抽签号码›"]]);
    const drawn = await Promise.all(tied.map(async (option) => [await sha256(`${lot}|${option}`), option]));
    drawn.sort(([one], [other]) => compareText(one, other));
    return [[...sure, ...drawn.map(([, option]) => option).slice(0, seats - sure.length)], tied];
  }

  got(running) {
    const got = new Map(running.map((option) => [option, { heads: 0, area: 0 }]));
    for (const { marks, heads, area } of this.cast.values()) {
      const named = marks.filter(([option]) => got.has(option));
      for (const [option, times] of this.rule.method === "ranked" ? named.slice(0, 1) : named) {
        got.get(option).heads += heads * times;
        got.get(option).area += area * times;
      }
    }
    return got;
  }

  against(step, part, all, option = "") {
    return this.needs[step].map(([name, share, least]) => new Line(step, name, part[name], all[name], share, least, option));
  }

  sums(entries) {
    return { heads: entries.length, area: entries.reduce((all, entry) => all + entry.area, 0) };
  }
}

// What a file's text says: the outcome, the lines, the faults; null where it is no published vote.
export async function recount(text) {
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(content) || content.format !== FORMAT) return null;
  const { result, lines, faults } = await new Count(content).finish();
  return { result, lines: lines.map(String), faults, sha256: await fingerprint(content), id: object(content.vote).id, record: object(content.record) };
}

// What differs from the entry of the public record: `known` has its sha256, sequence and hash.
export function compared(found, known) {
  const faults = found.sha256 === known.sha256 ? [] : [`‹changed|不符›: ‹fingerprint|指纹›: ${known.sha256}`];
  const { sequence, hash } = found.record, right = String(sequence) === known.sequence && hash === known.hash;
  return right ? faults : [...faults, `‹changed|不符›: ‹record|记录›: ${known.sequence}, ${known.hash}`];
}

// A line in the language of the page: where the two differ, ‹English|中文› stands in it.
export const said = (text, chinese) => text.replace(/‹([^|›]*)\|([^›]*)›/g, chinese ? "$2" : "$1");
const WORDS = { passed: "‹passed|通过›", failed: "‹not passed|未通过›", no_quorum: "‹too few took part|参与人数不足›" };

function report(box, found) {
  const out = box.querySelector("[data-recount-out]"), { saySound, sayWrong, sayNone, sayUnchecked, id, sha256, sequence, hash } = box.dataset;
  const add = (tag, text, name = "") => out.append(Object.assign(document.createElement(tag), { textContent: text, className: name }));
  out.replaceChildren();
  if (!found) return add("p", sayNone, "note bad");
  // Of another vote this page does not know what its record says.
  const known = found.id === id, faults = known ? [...found.faults, ...compared(found, { sha256, sequence, hash })] : found.faults;
  add("p", faults.length ? sayWrong : saySound, faults.length ? "note bad" : "note ok");
  if (!known) add("p", sayUnchecked, "note warn");
  const chinese = document.documentElement.lang.startsWith("zh");
  for (const text of [...faults, WORDS[found.result], ...found.lines, `SHA-256 ${found.sha256}`]) if (text) add("p", said(text, chinese), "num");
}

function ready(box) {
  const out = box.querySelector("[data-recount-out]"), { recount: url, sayBusy } = box.dataset;
  const run = async (read) => {
    out.textContent = sayBusy;
    try {
      report(box, await recount(await read()));
    } catch (error) {
      out.textContent = String(error);
    }
  };
  box.hidden = false;
  box.querySelector("[data-recount-go]").addEventListener("click", () => run(async () => (await fetch(url)).text()));
  box.querySelector("input").addEventListener("change", ({ target }) => target.files[0] && run(() => target.files[0].text()));
}

if (globalThis.document) for (const box of document.querySelectorAll("[data-recount]")) ready(box);
