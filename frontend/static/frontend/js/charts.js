// Charts one can go along: a slider under a run chart (arrow keys, touch, or the pointer over the picture) says each point
// with what happened there. And whoever opens one table finds the tables open the next time. The words come from the page.

const TABLES = "samsyn.tables";
const SVG = "http://www.w3.org/2000/svg";

function begin(walk) {
  const range = walk.querySelector("input");
  const said = walk.querySelector("output");
  const points = [...walk.querySelectorAll("[data-points] > li")].map((point) => point.textContent.trim());
  const picture = walk.closest("figure")?.querySelector("svg.ch");
  if (!range || !said || !points.length || !picture) return;
  const left = Number(walk.dataset.left);
  const wide = Number(walk.dataset.wide);
  const last = points.length - 1;
  const line = document.createElementNS(SVG, "line");
  line.setAttribute("class", "ch__at");
  line.setAttribute("y1", "8");
  line.setAttribute("y2", String(picture.viewBox.baseVal.height - Number(walk.dataset.foot)));
  line.setAttribute("visibility", "hidden");
  picture.append(line);

  function show() {
    const at = Number(range.value);
    const x = left + (last ? (at / last) * wide : 0);
    line.setAttribute("x1", String(x));
    line.setAttribute("x2", String(x));
    line.setAttribute("visibility", "visible");
    range.setAttribute("aria-valuetext", points[at]);
    said.textContent = points[at];
  }

  // Where the picture is wider than the page, the point that is read comes into view.
  function follow() {
    show();
    const scroller = picture.closest(".scroll");
    const at = (Number(line.getAttribute("x1")) / picture.viewBox.baseVal.width) * picture.getBoundingClientRect().width;
    if (scroller) scroller.scrollLeft = at - scroller.clientWidth / 2;
  }

  range.addEventListener("input", follow);
  range.addEventListener("focus", show);
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * picture.viewBox.baseVal.width;
    const at = Math.min(last, Math.max(0, Math.round(((x - left) / wide) * last)));
    if (said.textContent && at === Number(range.value)) return;
    range.value = String(at);
    show();
  });
  walk.hidden = false;
}

function beginAll() {
  for (const walk of document.querySelectorAll("[data-walk][hidden]")) begin(walk);
}

beginAll();
document.addEventListener("htmx:afterSettle", beginAll);

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────
if (localStorage.getItem(TABLES) === "open") {
  for (const table of document.querySelectorAll("details[data-table]")) table.open = true;
}
document.addEventListener("click", (event) => {
  const summary = event.target instanceof Element && event.target.closest("details[data-table] > summary");
  if (summary) localStorage.setItem(TABLES, summary.parentElement.open ? "shut" : "open");
});
