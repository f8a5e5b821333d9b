// Files are looked at before they are sent. Photos are made small on the phone and turned, without place or camera; a file
// too big or of a kind that is not taken is named at once. The server checks again, and does all of it where this cannot.
const WORDS = document.querySelector("meta[name=words]")?.dataset ?? {};
const PICTURES = /^image\/(jpeg|png|webp|hei[cf])$/;
const HEIC = /\.hei[cf]$/i;
const QUALITY = 0.9;
// By form: what is being made smaller, so that it is sent afterwards.
const working = new Map();

const drawn = (canvas, type) => new Promise((done) => { canvas.toBlob(done, type, QUALITY); });

// A photo within the edge, upright, as nothing but its pixels; what this browser cannot read stays as it is.
export async function shrunk(file, edge) {
  if (!PICTURES.test(file.type) && !HEIC.test(file.name)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const part = Math.min(1, edge / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * part));
    canvas.height = Math.max(1, Math.round(picture.height * part));
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "medium";
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    // What may be clear stays clear.
    const made = await drawn(canvas, /png|webp/.test(file.type) ? "image/webp" : "image/jpeg");
    return new File([made], file.name.replace(/\.\w+$/, "") + made.type.replace("image/", ".").replace("jpeg", "jpg"), { type: made.type });
  } catch {
    return file;
  }
}

function allowed(file, accept) {
  return !accept || accept.split(",").map((one) => one.trim().toLowerCase()).some((one) =>
    one.startsWith(".") ? file.name.toLowerCase().endsWith(one)
      : one.endsWith("/*") ? file.type.startsWith(one.slice(0, -1)) : file.type === one);
}

function line(input) {
  if (input.nextElementSibling?.matches(".size")) return input.nextElementSibling;
  const made = document.createElement("p");
  made.className = "size";
  made.setAttribute("role", "status");
  input.after(made);
  return made;
}

// The limit holds for what is sent, the kind for what was chosen.
function check(input, chosen) {
  const limit = Number(input.dataset.maxMb || 10);
  const problems = [
    ...[...input.files].filter((file) => file.size > limit * 1048576).map((file) => WORDS.big.replace("{name}", file.name).replace("{limit}", limit)),
    ...chosen.filter((file) => !allowed(file, input.accept)).map((file) => WORDS.kind.replace("{name}", file.name)),
  ];
  const said = line(input);
  said.classList.toggle("bad", problems.length > 0);
  said.textContent = problems.join(" ") || [...input.files].map((file) => `${file.name} ${(file.size / 1048576).toFixed(1)} MB`).join("; ");
  input.setCustomValidity(problems.join(" "));
}

// One after the other: a photo of 12 megapixels takes 48 MB while it is drawn.
async function take(input) {
  const chosen = [...input.files], edge = Number(input.dataset.edge);
  if (edge && chosen.length) {
    const said = line(input);
    said.classList.remove("bad");
    said.textContent = WORDS.shrinking;
    const held = new DataTransfer();
    for (const file of chosen) held.items.add(await shrunk(file, edge));
    // Others were chosen meanwhile: these are not wanted any more.
    if (chosen.length !== input.files.length || chosen.some((file, at) => file !== input.files[at])) return;
    input.files = held.files;
  }
  check(input, chosen);
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[type=file]")) return;
  const { form } = input;
  const work = Promise.all([working.get(form), take(input)]).finally(() => { if (working.get(form) === work) working.delete(form); });
  working.set(form, work);
});

// Before all others hear of it: a form whose photos are still being made smaller is sent when they are, and once.
document.addEventListener("submit", (event) => {
  const form = event.target, work = working.get(form), button = event.submitter;
  if (!work) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if ("shrinking" in form.dataset) return;
  form.dataset.shrinking = "";
  button?.setAttribute("aria-busy", "true");
  work.finally(() => {
    delete form.dataset.shrinking;
    button?.removeAttribute("aria-busy");
    form.requestSubmit(button);
  });
}, true);

document.querySelectorAll("input[type=file]").forEach((input) => { if (input.files.length) check(input, [...input.files]); });
