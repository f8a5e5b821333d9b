// Answering: how many are chosen, an order by taps, and what waits on this phone without a network.
import { kept, whole } from "./surveywhole.js";

const STORE = "surveys";
const page = document.querySelector("[data-survey]");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

// --- several choices: how many are left, and what rules the others out ---

function counting(form) {
  const boxes = [...form.querySelectorAll("input[type=checkbox][name=a]")];
  if (!boxes.length) return;
  const count = form.querySelector("[data-count]");
  const say = () => {
    if (!count) return;
    const chosen = boxes.filter((box) => box.checked).length;
    const left = Math.max(Number(count.dataset.count) - chosen, 0);
    count.querySelectorAll(".pip").forEach((pip, place) => pip.classList.toggle("full", place < chosen));
    const words = left ? page.dataset.left : page.dataset.noneLeft;
    count.querySelector("[data-count-words]").textContent = fill(words, { chosen, left });
  };
  form.addEventListener("change", ({ target }) => {
    if (!boxes.includes(target) || !target.checked) return say();
    for (const box of boxes) if (box !== target && ("alone" in box.dataset || "alone" in target.dataset)) box.checked = false;
    say();
  });
  say();
}

// --- an order: a tap gives the next place, another takes it back; up and down change it. The lists stay what is sent ---

export function ranking(box) {
  const lists = [...box.querySelectorAll("select")];
  if (!lists.length) return;
  const options = [...lists[0].options].filter((option) => option.value);
  const rows = document.createElement("div");
  let order = lists.map((list) => list.value).filter(Boolean);
  const button = (row, name, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.addEventListener("click", press);
    row.append(made);
    return made;
  };
  const made = options.map(({ value, text }) => {
    const row = document.createElement("div");
    row.className = "row";
    const tap = button(row, "choice rank", () => {
      if (order.includes(value)) order = order.filter((one) => one !== value);
      else if (order.length < lists.length) order.push(value);
      draw(value);
    });
    const move = (by) => () => {
      const at = order.indexOf(value);
      if (order[at + by] === undefined) return;
      [order[at], order[at + by]] = [order[at + by], order[at]];
      draw(value);
    };
    return { value, text, tap, up: button(row, "btn quiet", move(-1)), down: button(row, "btn quiet", move(1)), row };
  });
  function draw(changed) {
    lists.forEach((list, place) => { list.value = order[place] ?? ""; });
    for (const one of made) {
      const at = order.indexOf(one.value);
      const place = at < 0 ? page.dataset.notPlaced : fill(page.dataset.place, { n: at + 1 });
      one.tap.replaceChildren(
        Object.assign(document.createElement("b"), { textContent: at < 0 ? "·" : at + 1, ariaHidden: "true", className: "rank-n" }),
        Object.assign(document.createElement("span"), { textContent: one.text }),
        Object.assign(document.createElement("small"), { textContent: place }),
      );
      one.tap.setAttribute("aria-pressed", String(at >= 0));
      for (const [name, sign, gone] of [["up", "↑", at < 1], ["down", "↓", at < 0 || at === order.length - 1]]) {
        one[name].hidden = gone;
        one[name].textContent = sign;
        one[name].setAttribute("aria-label", `${page.dataset[name]}：${one.text}`);
      }
      if (one.value === changed) document.getElementById("say").textContent = `${one.text}: ${place}`;
    }
  }
  rows.append(...made.map((one) => one.row));
  box.before(rows);
  box.hidden = true;
  draw();
}

// --- what waits on this phone ---

const unsentOf = async (survey) => {
  const store = await caches.open(STORE);
  const path = `/surveys/${survey}/unsent/`;
  const found = await store.keys();
  return found.map(({ url }) => new URL(url).pathname).filter((one) => one.startsWith(path)).sort();
};

async function drop(survey) {
  const store = await caches.open(STORE);
  for (const { url } of await store.keys()) if (new URL(url).pathname.startsWith(`/surveys/${survey}/`)) await store.delete(url);
}

// What is kept belongs to one draft: for another household on the same device it begins anew.
async function own() {
  const store = await caches.open(STORE);
  const path = `/surveys/${page.dataset.survey}/`;
  const whose = await store.match(`${path}whose`);
  if (whose && (await whose.text()) === page.dataset.whose) return;
  await drop(page.dataset.survey);
  await store.put(`${path}whose`, new Response(page.dataset.whose));
}

async function keep() {
  const { active } = await navigator.serviceWorker.ready;
  const used = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/static/"));
  active.postMessage({ keep: [page.dataset.offline, ...used] });
}

export async function tell() {
  const note = document.querySelector("[data-unsent]");
  const waiting = await unsentOf(page.dataset.survey);
  note.hidden = !waiting.length;
  note.querySelector("[data-unsent-words]").textContent = page.dataset.stored;
  return waiting;
}

// Everything that waits, question by question, then the handing in; a fresh page gives the key every form needs.
let sending = false;
async function send() {
  const waiting = await tell();
  if (!waiting.length || sending) return;
  sending = true;
  try {
    const store = await caches.open(STORE);
    const fresh = await fetch(page.dataset.check, { credentials: "same-origin" });
    const html = new DOMParser().parseFromString(await fresh.text(), "text/html");
    const key = html.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    if (!key || (fresh.redirected && !fresh.url.endsWith(page.dataset.thanks))) { location.href = fresh.url; return; }
    let last = "";
    for (const path of waiting) {
      const body = new URLSearchParams(await (await store.match(path)).text());
      body.set("csrfmiddlewaretoken", key);
      const name = path.split("/")[4];
      const target = name === "~" ? page.dataset.check : `/surveys/${page.dataset.survey}/answer/${name}/`;
      const answer = await fetch(target, { method: "POST", body, credentials: "same-origin" });
      // What is not taken stays here, and is said; where nothing is taken any more, the way in says so.
      if (answer.status === 409) { location.href = page.dataset.wayIn; return; }
      if (!answer.ok) { document.querySelector("[data-unsent-words]").textContent = page.dataset.refused; return; }
      await store.put(path.replace("/unsent/", "/sent/"), new Response(body.toString()));
      await store.delete(path);
      last = answer.url;
    }
    location.href = last.endsWith(page.dataset.thanks) ? page.dataset.thanks : page.dataset.check;
  } catch {
    await tell();
  } finally {
    sending = false;
  }
}

if (page) {
  page.querySelectorAll("form").forEach(counting);
  page.querySelectorAll("[data-ranking]").forEach(ranking);
  if ("serviceWorker" in navigator && "caches" in window) {
    navigator.serviceWorker.register(page.dataset.worker).catch(() => {});
    own().then(() => whole(page, unsentOf, STORE)).then(send);
    addEventListener("online", send);
    keep();
  }
}
// What was handed in needs no copy of the questions any more.
const done = document.querySelector("[data-thanks-for]");
if (done && "caches" in window) drop(done.dataset.thanksFor);
// Outside the questions: what waits here was not handed in. It can be read, and deleted.
async function leave(box) {
  const survey = box.dataset.leftOf;
  if (!(await unsentOf(survey)).length) return;
  box.hidden = false;
  box.querySelector("[data-left-lines]").append(...(await kept(survey, STORE)));
  box.querySelector("[data-left-drop]").addEventListener("click", async () => {
    await drop(survey);
    box.hidden = true;
    document.getElementById("main").focus();
  });
}
const left = document.querySelector("[data-left-of]");
if (left && "caches" in window) leave(left);
// Before another home comes in on this device: whose answers wait here.
const any = document.querySelector("[data-left-any]");
if (any && "caches" in window) {
  caches.open(STORE).then((store) => store.keys()).then((found) => {
    const waiting = found.map(({ url }) => new URL(url).pathname.match(/^\/surveys\/(\d+)\/unsent\//)).find(Boolean);
    if (!waiting) return;
    any.querySelector("a").href = `/surveys/${waiting[1]}/check/`;
    any.hidden = false;
  });
}
