// The keepers' list without network: ticks wait on this telephone, say so, and are sent when the network is back.
// Without scripts, and with network, the form goes its ordinary way. The server takes a list twice without doubling.
const PATIENCE = 5000, AGAIN = 30000;

export function marksOf(lines, what, at) {
  return lines.map((signup) => ({ signup: Number(signup), what, at }));
}

// What stays on the telephone after the server has answered: what came in the meantime, and what may be taken later.
export function left(kept, sent, refused) {
  const same = (one, other) => one.signup === other.signup && one.what === other.what && Date.parse(one.at) === Date.parse(other.at);
  const later = refused.filter((line) => line.again);
  return kept.filter((mark) => !sent.some((one) => same(one, mark)) || later.some((one) => same(one, mark)));
}

function keep(form) {
  const name = `attendance-${form.dataset.attendance}`;
  const words = form.dataset;
  const box = document.querySelector("[data-kept]"), problems = document.querySelector("[data-refused]");
  const server = Date.parse(document.querySelector("meta[name=server-time]")?.content ?? "");
  const ahead = Number.isNaN(server) ? 0 : server - Date.now();
  const label = (signup) => form.querySelector(`[data-line="${signup}"] label`)?.textContent.trim() ?? `#${signup}`;
  let sending = false;

  const read = () => { try { return JSON.parse(localStorage.getItem(name) ?? "[]"); } catch { return []; } };
  function write(marks) {
    if (marks.length) localStorage.setItem(name, JSON.stringify(marks));
    else localStorage.removeItem(name);
    show(marks);
  }

  function show(marks) {
    box.hidden = !marks.length;
    const text = marks.length === 1 ? words.sayOne : words.sayMany.replace("{n}", marks.length);
    box.querySelector("[data-kept-words]").textContent = text;
    box.querySelector("[data-kept-list]").replaceChildren(...marks.map((mark) => Object.assign(document.createElement("li"), {
      textContent: `${label(mark.signup)} · ${mark.what === "in" ? words.sayIn : words.sayOut} ${new Date(mark.at).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" })}`,
    })));
  }

  function refuse(lines) {
    problems.hidden = !lines.length;
    problems.querySelector("ul").replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  }

  async function alive() {
    try {
      return (await fetch(words.alive, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).status < 600;
    } catch { return false; }
  }

  async function send() {
    const sent = read();
    if (!sent.length || sending) return;
    sending = true;
    try {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.append("marks", JSON.stringify(sent));
      const answer = await fetch(words.offline, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 403) { refuse([words.saySignIn]); return; }
      if (!answer.headers.get("content-type")?.startsWith("application/json")) return;
      const said = await answer.json();
      // A list that is closed or cannot be read stays here, so that nothing is lost; the reason is said.
      if (!answer.ok) { refuse([said.error]); return; }
      const marks = left(read(), sent, said.refused);
      write(marks);
      const told = said.refused.map((line) => `${line.name || `#${line.signup}`}: ${line.reason}`);
      if (!said.taken) { refuse(told); return; }
      sessionStorage.setItem(name, JSON.stringify(told));
      location.reload();
    } catch { /* still no network: the next time */ } finally { sending = false; }
  }

  form.addEventListener("submit", async (event) => {
    const what = event.submitter?.value;
    if (!what || form.dataset.sure) return;
    event.preventDefault();
    const ticked = [...form.querySelectorAll("input[name=who]:checked")];
    if (!ticked.length) { refuse([words.sayNobody]); return; }
    if (await alive()) {
      form.dataset.sure = "yes";
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "what", value: what }));
      form.submit();
      return;
    }
    const typed = form.elements.at?.value;
    const at = typed ? `${typed}:00+08:00` : new Date(Date.now() + ahead).toISOString();
    write([...read(), ...marksOf(ticked.map((one) => one.value), what, at)]);
    for (const one of ticked) one.checked = false;
    refuse([]);
  });

  const all = form.querySelector("[data-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => { for (const one of form.querySelectorAll("input[name=who]")) one.checked = true; });
  }
  box.querySelector("[data-kept-send]").addEventListener("click", send);
  addEventListener("online", send);
  setInterval(send, AGAIN);
  show(read());
  refuse(JSON.parse(sessionStorage.getItem(name) ?? "[]"));
  sessionStorage.removeItem(name);
  send();
}

if (typeof document !== "undefined") document.querySelectorAll("form[data-attendance]").forEach(keep);
