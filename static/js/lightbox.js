// A photo as large as the screen over the page it stands on, with its caption. The button, Escape and the browser's back lead back;
// the arrows lead to the others beside it. Without this its address shows the photo by itself.
const WORDS = document.querySelector("meta[name=words]")?.dataset ?? {};
let box, links, at;

function button(text, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}

function build() {
  box = document.createElement("dialog");
  box.className = "lightbox";
  const figure = document.createElement("figure"), row = document.createElement("p");
  figure.append(document.createElement("img"), document.createElement("figcaption"));
  figure.lastChild.setAttribute("role", "status");
  row.className = "row";
  row.append(button(WORDS.back, () => box.close()), button(WORDS.earlier, () => turn(-1)), button(WORDS.later, () => turn(1)));
  box.append(figure, row);
  box.addEventListener("keydown", (event) => turn({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0));
  box.addEventListener("close", () => {
    if (history.state?.photo) history.back();
    links[at].focus({ preventScroll: true });
  });
  document.body.append(box);
}

function show() {
  const small = links[at].querySelector("img"), large = box.querySelector("img");
  const caption = links[at].closest("figure")?.querySelector("figcaption")?.textContent ?? "";
  large.src = links[at].href;
  large.alt = small.alt;
  box.setAttribute("aria-label", small.alt);
  box.querySelector("figcaption").textContent = [caption || small.alt, links.length > 1 ? `${at + 1}/${links.length}` : ""].filter(Boolean).join(" · ");
  box.querySelectorAll("button + button").forEach((one) => { one.hidden = links.length < 2; });
}

function turn(by) {
  if (!by) return;
  at = (at + by + links.length) % links.length;
  show();
}

// `link`: the <a data-photo> that was pressed; those in the same list belong to it.
export function open(link) {
  if (!box) build();
  links = [...(link.closest("ul, .gallery, .pair")?.querySelectorAll("a[data-photo]") ?? [link])];
  at = links.indexOf(link);
  show();
  history.pushState({ photo: true }, "");
  box.showModal();
}

addEventListener("popstate", () => box?.close());
