// What the pages do beyond plain links and forms: all of it can be done without, but for dropping files.

const csrf = document.body.dataset.csrf;

// --- a box on the page and what is said of it light up together
function choose(anchor, from) {
  for (const each of document.querySelectorAll("[data-anchor].chosen")) each.classList.remove("chosen");
  const both = document.querySelectorAll(`[data-anchor="${CSS.escape(anchor)}"]`);
  for (const each of both) each.classList.add("chosen");
  const other = from.closest("svg") ? document.getElementById(anchor) : document.getElementById(`box-${anchor}`);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  other?.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}
document.addEventListener("click", (event) => {
  const part = event.target.closest("[data-anchor]");
  if (!part || event.target.closest("a:not([data-anchor])")) return;
  choose(part.dataset.anchor, part);
  if (event.target.closest("a[data-anchor]")) {
    event.preventDefault();
    history.replaceState(null, "", `#${part.dataset.anchor}`);
  }
});
document.addEventListener("focusin", (event) => {
  const part = event.target.closest("svg a[data-anchor]");
  if (part) for (const each of document.querySelectorAll(`[data-anchor="${CSS.escape(part.dataset.anchor)}"]`)) each.classList.add("chosen");
});

// --- the cut of a value is taken from its page when it comes into view
const SVG = "http://www.w3.org/2000/svg";
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    const image = document.createElementNS(SVG, "image");
    image.setAttribute("href", target.dataset.picture);
    image.setAttribute("width", target.dataset.width);
    image.setAttribute("height", target.dataset.height);
    image.setAttribute("preserveAspectRatio", "none");
    target.append(image);
  }
}, { rootMargin: "200px" });
function watch(root) {
  for (const cut of root.querySelectorAll("svg[data-picture]:empty")) seen.observe(cut);
}
watch(document);

// --- "/" goes to the search
document.addEventListener("keydown", (event) => {
  const search = document.getElementById("search");
  if (event.key !== "/" || !search || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// --- a figure that has only a page of no document goes
document.addEventListener("error", (event) => event.target.closest?.("[data-if-there]")?.remove(), true);

// --- a number files the document that somebody is at, else the one that waits longest
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest("input, textarea, select")) return;
  if (!/^[0-9]$/.test(event.key)) return;
  const meant = document.activeElement?.closest("[data-keys]") ?? document.querySelector("[data-keys]");
  meant?.querySelector(`[data-key="${event.key}"]`)?.click();
});

// --- what changes is shown without asking again
const live = document.querySelector("[data-live]");
if (live && csrf) {
  const stream = new EventSource(live.dataset.stream ?? `/live?since=${document.body.dataset.pulse}`);
  let waiting = null;
  // Nobody's words are taken out from under their hands.
  const isTyping = () => Boolean(document.activeElement?.closest("form:not([role=search])"));
  const refresh = async () => {
    waiting = null;
    if (isTyping()) {
      waiting = setTimeout(refresh, 2000);
      return;
    }
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const text = await answer.text();
    if (isTyping()) {
      waiting ??= setTimeout(refresh, 2000);
      return;
    }
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const focused = document.activeElement?.closest("[data-live] a")?.getAttribute("href");
    const folded = document.activeElement?.closest("[data-live] summary")?.parentElement.id;
    for (const place of ["[data-live]", "main > .case-head", "main > .tabs"]) {
      const old = document.querySelector(place), anew = fresh.querySelector(place);
      if (!old || !anew || old.innerHTML === anew.innerHTML) continue;
      // What somebody has opened stays open.
      for (const { id } of old.querySelectorAll("details[open][id]")) anew.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
      old.replaceWith(document.adoptNode(anew));
    }
    document.title = fresh.title;
    if (focused) document.querySelector(`[data-live] a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    if (folded) document.querySelector(`#${CSS.escape(folded)} > summary`)?.focus({ preventScroll: true });
    watch(document);
  };
  stream.addEventListener("changed", (event) => {
    const cases = JSON.parse(event.data);
    const mine = document.querySelector("[data-live]")?.dataset.case;
    if (mine && !cases.includes(mine)) return;
    waiting ??= setTimeout(refresh, 150);
  });
}

// --- Enter confirms a value and goes on to the next
const confirming = document.querySelector("form[data-confirm]");
if (confirming) {
  const fields = [...confirming.querySelectorAll("[data-value]")];
  const entry = (item) => item.querySelector("input:not([type=checkbox]), select");
  confirming.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-value]");
    if (event.key !== "Enter" || !item || event.target.type === "checkbox") return;
    event.preventDefault();
    item.querySelector("[name=seen]").checked = true;
    item.classList.add("done");
    const next = fields[fields.indexOf(item) + 1];
    const target = next ? entry(next) : document.getElementById("send");
    target.focus({ preventScroll: true });
    target.select?.();
    (next ?? target).scrollIntoView({ block: "center" });
  });
  confirming.addEventListener("change", (event) => {
    const item = event.target.closest("[data-value]");
    if (!item) return;
    const seen = item.querySelector("[name=seen]");
    if (event.target !== seen) seen.checked = true;
    item.classList.toggle("done", seen.checked);
  });
  // Private values are opened first, by a reason that has the focus already.
  const first = fields.find((item) => !item.querySelector("[name=seen]").checked);
  if (first && !confirming.querySelector("[name=why]")) {
    entry(first).focus();
    entry(first).select?.();
  }
}

// --- files go straight to S3, each with a form that was signed for it
const drop = document.getElementById("drop");
if (drop) {
  const list = document.getElementById("sending");
  const picker = drop.querySelector("[type=file]");
  const line = (name) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Sending ${name}`);
    words.textContent = name;
    item.append(words, bar);
    list.prepend(item);
    return { words, bar };
  };
  const post = (link, file, bar) => new Promise((done, failed) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(link.fields)) form.append(name, value);
    form.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", link.url);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
    request.addEventListener("load", () => (request.status < 300 ? done() : failed(new Error("The archive did not take it."))));
    request.addEventListener("error", () => failed(new Error("The archive cannot be reached.")));
    request.send(form);
  });
  const send = async (file) => {
    const { words, bar } = line(file.name);
    try {
      if (file.size > Number(drop.dataset.largest)) throw new Error("It is too large.");
      const asked = new URLSearchParams({ csrf, file_name: file.name, case: drop.dataset.case });
      asked.set("agent", drop.querySelector("[name=agent]")?.value ?? "");
      const answer = await fetch("/upload/link", { method: "POST", body: asked, headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error((await answer.json()).detail ?? "It was not taken.");
      await post(await answer.json(), file, bar);
      bar.value = 1;
      words.textContent = `${file.name}: sent. The desk reads it now.`;
    } catch (error) {
      bar.remove();
      words.textContent = `${file.name} was not sent. ${error.message}`;
      words.className = "late";
    }
  };
  const sendAll = (files) => { for (const file of files) send(file); };
  picker.addEventListener("change", () => { sendAll([...picker.files]); picker.value = ""; });
  drop.addEventListener("submit", (event) => event.preventDefault());
  for (const kind of ["dragover", "dragenter"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); sendAll([...event.dataTransfer.files]); });
}

// --- long work says that it goes on
for (const form of document.querySelectorAll("form[data-working]")) {
  form.addEventListener("submit", () => {
    document.getElementById("live").textContent = form.dataset.working;
    form.querySelector("button").disabled = true;
  });
}
