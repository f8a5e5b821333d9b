// Tells before the upload when a file is too big or of a kind that is not taken. The server checks again.
function allowed(file, accept) {
  return !accept || accept.split(",").map((one) => one.trim().toLowerCase()).some((one) =>
    one.startsWith(".") ? file.name.toLowerCase().endsWith(one)
      : one.endsWith("/*") ? file.type.startsWith(one.slice(0, -1)) : file.type === one);
}

export function checkFiles() {
  const words = document.querySelector("meta[name=words]")?.dataset;
  if (!words) return;
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[type=file]")) return;
    const limit = Number(input.dataset.maxMb || 10);
    let line = input.nextElementSibling;
    if (!line?.matches(".size")) {
      line = document.createElement("p");
      line.className = "size";
      line.setAttribute("role", "status");
      input.after(line);
    }
    const problems = [...input.files].flatMap((file) =>
      file.size > limit * 1048576 ? [words.big.replace("{name}", file.name).replace("{limit}", limit)]
        : allowed(file, input.accept) ? [] : [words.kind.replace("{name}", file.name)]);
    line.classList.toggle("bad", problems.length > 0);
    line.textContent = problems.join(" ") || [...input.files].map((file) => `${file.name} ${(file.size / 1048576).toFixed(1)} MB`).join("; ");
    input.setCustomValidity(problems.join(" "));
  });
}
