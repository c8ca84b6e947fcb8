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

// --- what changes is shown without asking again
const live = document.querySelector("[data-live]");
if (live && csrf) {
  const stream = new EventSource("/live");
  let waiting = null;
  const refresh = async () => {
    waiting = null;
    // Nobody's words are taken out from under their hands.
    if (document.activeElement?.closest("form:not([role=search])")) {
      waiting = setTimeout(refresh, 2000);
      return;
    }
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement?.closest("[data-live] a")?.getAttribute("href");
    for (const place of ["[data-live]", "main > .case-head", "main > .tabs"]) {
      const old = document.querySelector(place), anew = fresh.querySelector(place);
      if (old && anew && old.innerHTML !== anew.innerHTML) old.replaceWith(document.adoptNode(anew));
    }
    if (focused) document.querySelector(`[data-live] a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    watch(document);
  };
  stream.addEventListener("changed", (event) => {
    const cases = JSON.parse(event.data);
    const mine = document.querySelector("[data-live]")?.dataset.case;
    if (mine && !cases.includes(mine)) return;
    waiting ??= setTimeout(refresh, 150);
  });
}
