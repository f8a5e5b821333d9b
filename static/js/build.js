// Writing a questionnaire: Alt and an arrow presses the button that moves the question one is at, Alt and Z takes back;
// what is typed about a question shows in the phone beside it at once. All of it works without this by buttons.

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const here = way && document.activeElement?.closest("[data-movable]");
  const button = here ? here.querySelector(`[data-way="${way}"]`) : document.querySelector(`button[data-key="${event.key.toLowerCase()}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// After a move the page comes back to the thing that was moved: so does the focus.
const moved = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (moved && "movable" in moved.dataset) moved.focus();

const form = document.querySelector("form[data-mirrors]"), phone = document.querySelector("[data-mirror-of]");
if (form && phone) {
  const options = () => [...form.elements].filter((field) => /^option_.*[^_]$/.test(field.name) && field.type === "text" && !/_place$/.test(field.name));
  const lines = () => (form.elements.more_options?.value ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
  const show = () => {
    for (const one of phone.querySelectorAll("[data-mirror]")) {
      const field = form.elements[one.dataset.mirror];
      if (!field) continue;
      one.textContent = field.value.replace(/\{\{\s*[-\w]+\s*\}\}/g, "…");
      one.hidden = !field.value;
    }
    const texts = [...options().map((field) => field.value.trim()).filter(Boolean), ...lines()];
    if (!form.elements.more_options) return;
    for (const choices of phone.querySelectorAll("[data-choices]")) {
      const pattern = choices.querySelector(".choice");
      if (!pattern) continue;
      choices.replaceChildren(...texts.map((text) => {
        const choice = pattern.cloneNode(true);
        choice.querySelector("input").checked = false;
        choice.querySelector("span").textContent = text;
        return choice;
      }));
    }
  };
  form.addEventListener("input", show);
}
