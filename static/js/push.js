// Letting news into this browser, and out again (page "What reaches me, and how"). Without it the page shows no button.
const form = document.querySelector("form[data-push]");
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

async function letIn() {
  if ((await Notification.requestPermission()) !== "granted") {
    form.querySelector("[data-denied]").hidden = false;
    return;
  }
  await navigator.serviceWorker.register("/sw.js", { updateViaCache: "all" });
  const worker = await navigator.serviceWorker.ready;
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) });
  const { endpoint, keys } = made.toJSON();
  Object.entries({ endpoint, ...keys }).forEach(([name, value]) => { form.elements[name].value = value; });
  form.submit();
}

if (form && "serviceWorker" in navigator && "PushManager" in window) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    letIn().catch(() => { form.querySelector("[data-failed]").hidden = false; });
  });
}
