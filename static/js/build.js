// Writing a questionnaire: Alt and an arrow presses the button that moves what one is at, Alt and Z takes back; what is
// typed about a question shows in the phone beside it at once. All of it is done by buttons without this.

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const here = way && document.activeElement?.closest("[data-movable]");
  const button = here ? here.querySelector(`[data-way="${way}"]`) : document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// The page comes back to what was moved: so does the focus, for the next press.
const moved = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (moved && "movable" in moved.dataset) moved.focus();

// Nothing is sent from the phone.
document.addEventListener("submit", (event) => { if ("look" in event.target.dataset) event.preventDefault(); });

const form = document.querySelector("form[data-mirrors]"), phone = document.querySelector("[data-mirror-of]");
const neutral = (text) => text.replace(/\{\{\s*[-\w]+\s*\}\}/g, "…");

function optionTexts() {
  const there = [...form.elements].filter((field) => field.type === "text" && field.name.startsWith("option_")).map((field) => field.value.trim());
  return [...there, ...form.elements.more_options.value.split("\n").map((line) => line.trim())].filter(Boolean);
}

function show() {
  const head = phone.querySelector(".ask :is(h1, h2)"), help = phone.querySelector(".ask .help");
  const label = head?.querySelector("label") ?? head;
  if (label) label.textContent = neutral(form.elements.text.value);
  if (help && form.elements.help.value) help.textContent = neutral(form.elements.help.value);
  const pattern = phone.querySelector(".ask .choice");
  if (!form.elements.more_options || !pattern || phone.querySelector("fieldset fieldset")) return;
  const shown = optionTexts().map((text) => {
    const choice = pattern.cloneNode(true);
    choice.querySelector("input").checked = false;
    choice.querySelector("span").textContent = text;
    return choice;
  });
  if (shown.length === 0) return;
  phone.querySelectorAll(".ask .choice").forEach((old, at) => { if (at > 0) old.remove(); });
  pattern.replaceWith(...shown);
}

if (form && phone) form.addEventListener("input", show);
