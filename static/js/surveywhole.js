// The kept questionnaire without a network: one question after the other, by the same conditions as the server's.
import { holds } from "./conditions.js";

// What a form holds, as the server would keep it; undefined: not answered.
function valueOf({ dataset }, form) {
  const typed = [...new FormData(form)].filter(([name, value]) => /^a(_|$)/.test(name) && value !== "");
  if (!typed.length) return undefined;
  if (dataset.kind === "multiple" || dataset.kind === "ranking") return typed.map(([, value]) => value);
  if (dataset.kind === "matrix") return Object.fromEntries(typed);
  return dataset.kind === "scale" || dataset.kind === "number" ? Number(typed[0][1]) : typed[0][1];
}

// Of a table: which of its rows a choice belongs to.
const rowOf = ({ name, form }) => name === "a" ? "" : `${form.querySelector(`[name="${name}"]`).closest("fieldset").querySelector("legend").textContent.trim()}：`;

function wordsOf(form) {
  const chosen = [...form.querySelectorAll("input:checked")].filter((one) => one.value)
    .map((one) => rowOf(one) + one.closest("label").querySelector("span").firstChild.textContent.trim());
  const placed = [...form.querySelectorAll("select")].filter((one) => one.value)
    .map((one, place) => `${place + 1}. ${one.selectedOptions[0].text}`);
  const typed = [...form.querySelectorAll("textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox])")].map((one) => one.value);
  return [...chosen, ...placed, ...typed].filter(Boolean).join("；");
}

async function refill(sections, survey, name) {
  const store = await caches.open(name);
  for (const section of sections) {
    const path = (box) => `/surveys/${survey}/${box}/${section.dataset.key}`;
    const found = (await store.match(path("unsent"))) ?? (await store.match(path("sent")));
    if (!found) continue;
    const sent = new URLSearchParams(await found.text());
    for (const field of section.querySelectorAll("input[name^=a], select, textarea")) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = sent.getAll(field.name).includes(field.value);
      else field.value = sent.get(field.name) ?? "";
    }
  }
}

// Which questions are shown by what the forms hold, and what that is.
function shownOf(sections) {
  const values = {};
  const shown = sections.filter((section) => {
    if (!holds(JSON.parse(section.querySelector("script").textContent), values)) return false;
    const value = valueOf(section, section.querySelector("form"));
    if (value !== undefined) values[section.dataset.key] = value;
    return true;
  });
  return { shown, values };
}

function lineOf(section, skipped) {
  const line = document.createElement("div");
  line.append(
    Object.assign(document.createElement("dt"), { textContent: `${section.dataset.number} · ${section.querySelector("h2").textContent.trim()}` }),
    Object.assign(document.createElement("dd"), { textContent: wordsOf(section.querySelector("form")) || skipped }),
  );
  return line;
}

// What this device holds of a survey, as lines to be read out; none where the questions were not kept.
export async function kept(survey, name) {
  const found = await (await caches.open(name)).match(`/surveys/${survey}/offline/`);
  if (!found) return [];
  const sections = [...new DOMParser().parseFromString(await found.text(), "text/html").querySelectorAll("[data-key]")];
  await refill(sections, survey, name);
  const { shown, values } = shownOf(sections);
  return shown.filter((one) => one.dataset.key in values).map((one) => lineOf(one, ""));
}

export async function whole(page, unsentOf, name) {
  const box = page.querySelector("[data-whole]");
  if (!box) return;
  const sections = [...box.querySelectorAll("[data-key]")];
  const waiting = await unsentOf(page.dataset.survey);
  await refill(sections, page.dataset.survey, name);
  const { shown, values } = shownOf(sections);
  box.querySelector("[data-last] input[name=submission]").value = crypto.randomUUID();
  box.querySelector("[data-lines]").append(...shown.map((section) => {
    const line = lineOf(section, page.dataset.skipped);
    const link = Object.assign(document.createElement("a"), { href: `#at:${section.dataset.key}`, textContent: page.dataset.change });
    line.append(Object.assign(document.createElement("dd"), { className: "edit" }));
    line.lastChild.append(link);
    return line;
  }));
  const turn = () => {
    const handed = waiting.some((path) => path.endsWith("/~"));
    const [go, key] = location.hash.slice(1).split(":");
    const place = sections.findIndex((section) => section.dataset.key === (key ?? ""));
    const after = sections.slice(place + 1).find((section) => shown.includes(section));
    const before = sections.slice(0, Math.max(place, 0)).findLast((section) => shown.includes(section));
    const at = { at: sections[place], back: before ?? shown[0], next: after }[go] ?? (key ? after : shown.find((one) => !(one.dataset.key in values)));
    for (const one of box.querySelectorAll("section")) one.hidden = true;
    const open = handed ? box.querySelector("[data-sent]") : at ?? box.querySelector("[data-last]");
    open.hidden = false;
    page.querySelector("[data-going]").textContent = open.dataset.number ?? "";
    document.getElementById("main").focus();
    scrollTo(0, 0);
  };
  addEventListener("hashchange", turn);
  box.hidden = false;
  turn();
}
