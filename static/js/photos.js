// Files are looked at before they are sent. Photos are made small on the phone and turned, without place or camera; a file
// too big or of a kind that is not taken is named at once and left out. The server checks again, and does all of it where this cannot.
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

// What is wrong with a file as it was chosen and as it would be sent; nothing where it goes along.
function wrong(input, chosen, made) {
  const limit = Number(input.dataset.maxMb || 10);
  const words = !allowed(chosen, input.accept) ? WORDS.kind : made.size > limit * 1048576 ? WORDS.big : "";
  return words.replace("{name}", chosen.name).replace("{limit}", limit);
}

// One after the other: a photo of 12 megapixels takes 48 MB while it is drawn. The good ones stay chosen without the others.
async function take(input) {
  const chosen = [...input.files], edge = Number(input.dataset.edge), said = line(input), problems = [], good = new DataTransfer();
  said.classList.remove("bad");
  said.textContent = edge && chosen.length ? WORDS.shrinking : "";
  for (const file of chosen) {
    const made = edge ? await shrunk(file, edge) : file, problem = wrong(input, file, made);
    if (problem) problems.push(problem); else good.items.add(made);
  }
  // Others were chosen meanwhile: these are not wanted any more.
  if (chosen.length !== input.files.length || chosen.some((file, at) => file !== input.files[at])) return;
  input.files = good.files;
  said.classList.toggle("bad", problems.length > 0);
  said.textContent = [...problems, problems.length ? WORDS.without : "", ...[...input.files].map((file) => `${file.name} ${(file.size / 1048576).toFixed(1)} MB`)].filter(Boolean).join("\n");
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
