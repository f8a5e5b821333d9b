// The entry screen by keyboard alone: Enter goes to the next field that is asked, what a code means stands beside it.
// The server decides what counts; without scripts the same page is one long form.
import { holds } from "./conditions.js";

const form = document.querySelector("form[data-entry]");
if (form) {
  const questions = JSON.parse(document.getElementById("questions").textContent);
  const field = (name) => form.elements.namedItem(name);
  const plain = (text) => text.normalize("NFKC").trim();
  const parts = (text) => plain(text).split(/[\s,、;./]+/).filter(Boolean);
  const keyOf = (question, code) => (/^\d{1,4}$/.test(code) ? question.options[Number(code) - 1] : undefined);
  const MANY = ["multiple", "ranking"], OPEN = ["short_text", "long_text", "date"];

  function valueOf(question) {
    const typed = question.boxes.map((name) => plain(field(name).value));
    if (typed.every((text) => !text)) return undefined;
    if (question.kind === "matrix") return {};
    if (MANY.includes(question.kind)) return parts(typed[0]).map((code) => keyOf(question, code)?.[0]);
    if (question.options.length) return keyOf(question, typed[0])?.[0];
    return OPEN.includes(question.kind) ? typed[0] : Number(typed[0]);
  }

  function say(question) {
    for (const name of question.boxes) {
      const said = form.querySelector(`[data-said="${CSS.escape(name)}"]`);
      if (!said || !question.options.length) continue;
      const codes = MANY.includes(question.kind) ? parts(field(name).value) : [plain(field(name).value)].filter(Boolean);
      said.textContent = codes.map((code) => keyOf(question, code)?.[1] ?? "✗").join("；");
    }
  }

  function mirror() {
    const values = Object.create(null);
    for (const question of questions) {
      const asked = holds(question.condition, values), value = asked ? valueOf(question) : undefined;
      document.getElementById(`line-${question.key}`).hidden = !asked;
      if (value !== undefined) values[question.key] = value;
      say(question);
    }
  }

  const fields = () => [...form.querySelectorAll("input:not([type=hidden]), textarea, button")].filter((one) => !one.closest("[hidden]"));
  form.addEventListener("keydown", (press) => {
    if (press.key !== "Enter" || press.isComposing || press.target.tagName === "BUTTON" || press.shiftKey) return;
    press.preventDefault();
    mirror();
    const all = fields();
    all[all.indexOf(press.target) + 1]?.focus();
  });
  form.addEventListener("input", mirror);
  mirror();
  (form.querySelector("[aria-invalid=true]") ?? fields()[0])?.focus();
}
