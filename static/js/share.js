// A page passed on by the system's own sheet, or its address copied. Each button stays hidden where the browser cannot.
document.querySelectorAll("[data-pass-on]").forEach((box) => {
  const [share, copy] = box.querySelectorAll("button");
  const url = new URL(box.dataset.passOn, location.href).href;
  share.hidden = !navigator.share;
  // Closing the sheet without sending is no mistake.
  share.addEventListener("click", () => navigator.share({ title: box.dataset.title, url }).catch(() => {}));
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    const { done, failed } = copy.dataset;
    const words = await navigator.clipboard.writeText(url).then(() => done, () => failed);
    copy.lastElementChild.textContent = document.querySelector("#say").textContent = words;
  });
});
