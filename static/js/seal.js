// Seals a ballot in the page itself, so that the server never sees the choice. The envelope is that of
// portal/voting/sealing.py. Without scripts, or without WebCrypto (plain http), the form goes its ordinary way.
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PLAIN = 512;
const PURPOSE = "portal-ballot/1";
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const bytes = (text) => new TextEncoder().encode(text);
const unpacked = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const packed = (array) => btoa(String.fromCharCode(...array));

export function drawCode() {
  // 256 is a multiple of 32: every letter is as likely as any other.
  const letters = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => LETTERS[byte & 31]).join("");
  return letters.match(/.{4}/g).join("-");
}

export async function seal(key, vote, code, choice, room = PLAIN) {
  const plain = bytes(JSON.stringify({ code, choice }).padEnd(room));
  if (plain.length !== room) throw new RangeError("too long for an envelope");
  const recipient = unpacked(key);
  const once = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const sender = new Uint8Array(await crypto.subtle.exportKey("raw", once.publicKey));
  const peer = await crypto.subtle.importKey("raw", recipient, CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: peer }, once.privateKey, 256);
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = new Uint8Array([...bytes(PURPOSE), ...sender, ...recipient]);
  const aes = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info }, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: bytes(vote) }, aes, plain);
  return new Uint8Array([...sender, ...nonce, ...new Uint8Array(sealed)]);
}

// What is chosen, as portal/voting/methods.py writes it, with the words of it; or the reason why it cannot be cast.
function chosen(form) {
  const { method, options, choose, sayChoose, sayMany, sayTwice, sayNothing } = form.dataset;
  const names = options.split(",");
  const fields = [...form.elements];
  const label = (field) => field.dataset.words ?? (field.type === "radio" || field.type === "checkbox" ? field.labels[0] : field.labels[0].firstChild).textContent.trim();
  if (method === "motion" || method === "choice") {
    const field = fields.find((one) => one.name === "choice" && one.checked);
    return field ? { line: field.value, words: [label(field)] } : { problem: sayChoose };
  }
  if (method === "ranked" || method === "score") {
    const prefix = method === "ranked" ? "rank_" : "score_";
    const filled = names.flatMap((name) => {
      const field = fields.find((one) => one.name === prefix + name && (one.type !== "radio" || one.checked));
      const text = field?.options ? field.selectedOptions[0]?.textContent.trim() : field?.value;
      return field && field.value !== "" ? [{ name, value: Number(field.value), words: `${label(field)}：${text}` }] : [];
    });
    if (method === "score") return { line: filled.map(({ name, value }) => `${name}=${value}`).join(","), words: filled.length ? filled.map((one) => one.words) : [sayNothing] };
    if (new Set(filled.map((one) => one.value)).size < filled.length) return { problem: sayTwice };
    filled.sort((one, other) => one.value - other.value);
    return { line: filled.map((one) => one.name).join(">"), words: filled.length ? filled.map((one) => one.words) : [sayNothing] };
  }
  const marked = fields.filter((one) => one.name === "choice" && one.checked && names.includes(one.value));
  if (choose && marked.length > Number(choose)) return { problem: sayMany };
  const line = names.filter((name) => marked.some((one) => one.value === name)).join(",");
  return { line, words: marked.length ? marked.map(label) : [sayNothing] };
}

function takeOver(form) {
  const box = form.closest("[data-sealed]");
  const part = (name) => box.querySelector(`[data-sealed-${name}]`);
  const check = part("check"), done = part("done"), problem = part("problem"), failed = part("failed");
  let line = null, code = null, envelope = null;

  function show(panel) {
    for (const one of [form, check, done]) one.hidden = one !== panel;
    (panel === form ? form : panel.querySelector("h3")).focus();
  }
  function say(where, text) {
    where.hidden = !text;
    where.textContent = text ?? "";
  }
  function forget() {
    line = code = envelope = null;
    form.reset();
    part("words").replaceChildren();
    part("code").textContent = "";
  }

  function received(said) {
    part("code").textContent = said.code;
    Object.assign(part("receipt"), { textContent: said.receipt, href: said.url });
    show(done);
  }
  // Another tab of this browser sealed a new ballot for the same line: the code that stands here does not count any more.
  const tabs = typeof BroadcastChannel === "function" ? new BroadcastChannel(`sealed:${form.dataset.vote}`) : null;
  const mine = () => form.elements.line?.value ?? "";
  tabs?.addEventListener("message", ({ data }) => {
    if (data.line !== mine()) return;
    forget();
    part("replaced").hidden = false;
    received(data);
  });

  form.noValidate = true;
  part("plain").hidden = true;
  part("browser").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = chosen(form);
    say(problem, found.problem);
    if (found.problem) { problem.focus(); return; }
    line = found.line;
    // Another choice is another ballot: what was sealed before is thrown away.
    code = envelope = null;
    part("words").replaceChildren(...found.words.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    say(failed, "");
    show(check);
  });
  part("back").addEventListener("click", () => show(form));

  part("cast").addEventListener("click", async ({ currentTarget: button }) => {
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    say(failed, "");
    try {
      code ??= drawCode();
      // Sent again after a lost connection it is the same envelope, which the server takes once.
      envelope ??= packed(await seal(form.dataset.key, form.dataset.vote, code, line, Number(form.dataset.room)));
      const body = new FormData();
      for (const name of ["csrfmiddlewaretoken", "line"]) if (form.elements[name]) body.append(name, form.elements[name].value);
      body.append("envelope", envelope);
      const answer = await fetch(form.dataset.seal, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
      const said = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : {};
      if (!answer.ok) { say(failed, said.error ?? form.dataset.sayFailed); return; }
      const shown = code;
      forget();
      form.dispatchEvent(new Event("sealed"));
      part("replaced").hidden = true;
      const made = { line: mine(), code: shown, receipt: said.receipt, url: said.url };
      received(made);
      tabs?.postMessage(made);
    } catch {
      say(failed, form.dataset.sayFailed);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });

  part("copy").addEventListener("click", async () => {
    await navigator.clipboard?.writeText(part("code").textContent);
    document.getElementById("say").textContent = part("copy").dataset.said;
  });
  // Whoever uses this telephone next and goes back finds nothing.
  addEventListener("pagehide", () => { forget(); show(form); });
}

if (typeof document !== "undefined" && globalThis.crypto?.subtle) {
  document.querySelectorAll("form[data-seal]").forEach(takeOver);
}
