// The desk by keyboard, and the chosen deviation beside the queue. Everything can be done without it: each row has its
// link and its box. The part beside never lies over the queue; where there is no room for it, it is not opened.

const desk = document.getElementById("desk");
const peek = document.getElementById("peek");
const keys = document.getElementById("keys");
const ROOM = window.matchMedia("(min-width: 1181px)");
const PHONE = window.matchMedia("(max-width: 760px)");
if (PHONE.matches) document.querySelector(".rail__fold")?.removeAttribute("open"); // the list comes first there
let chosen = ""; // public id, so that it stays chosen when the list is fetched again

function rows() {
  return [...document.querySelectorAll("#list tr[data-peek]")];
}

function current() {
  return rows().find((row) => row.dataset.liveDeviation === chosen);
}

function mark() {
  for (const row of rows()) row.classList.toggle("is-selected", row.dataset.liveDeviation === chosen);
}

function choose(row) {
  if (!row) return;
  chosen = row.dataset.liveDeviation;
  mark();
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("a.ti")?.focus({ preventScroll: true });
  showBeside(row);
}

function showBeside(row) {
  if (!ROOM.matches || !window.htmx) return;
  peek.hidden = false;
  desk.classList.add("desk--peek");
  window.htmx.ajax("GET", row.dataset.peek, { target: "#peek", swap: "innerHTML" });
}

function closeBeside() {
  peek.hidden = true;
  peek.replaceChildren();
  desk.classList.remove("desk--peek");
  chosen = "";
  mark();
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.dataset.liveDeviation === chosen);
  choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
}

function pick() {
  const box = current()?.querySelector('input[name="vald"]');
  if (box) box.click();
}

const ON_KEY = {
  j: () => step(1),
  k: () => step(-1),
  x: pick,
  Escape: closeBeside,
  "?": () => {
    keys.open = !keys.open;
  },
};

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]')) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") {
    const link = current()?.querySelector("a.ti");
    if (link && (!target || target === document.body || target.closest("#list tr"))) {
      if (target === link) return;
      event.preventDefault();
      link.click();
    }
    return;
  }
  const act = ON_KEY[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// A press on the row, outside its link and its box, shows it beside.
document.addEventListener("click", (event) => {
  const row = event.target instanceof Element && event.target.closest("#list tr[data-peek]");
  if (row && !event.target.closest("a, input, label")) choose(row);
});

// How many are chosen.
document.addEventListener("change", (event) => {
  if (!(event.target instanceof HTMLInputElement) || event.target.name !== "vald") return;
  const said = document.getElementById("bulk_count");
  const count = document.querySelectorAll('input[name="vald"]:checked').length;
  if (said) said.textContent = count === 1 ? said.dataset.one : said.dataset.many.replace("%n", String(count));
});

document.addEventListener("htmx:afterSettle", mark);

// ── what comes while one reads ───────────────────────────────────────────────────────────────────────────────────────
// Rows that are shown change where they stand; new ones wait behind a button, so that nothing moves under the eye. The
// counts in the rail and in the title follow at once.
const arrived = document.getElementById("arrived");
const TITLE = document.title.replace(/^\(\d+\) /, "");
let showing = false; // whoever asked for the new ones gets the whole list
let waiting = [];

function isReading(list) {
  const scrolled = (list.querySelector(".q-scroll")?.scrollTop ?? 0) > 0 || window.scrollY > 0;
  return scrolled || Boolean(current()) || list.contains(document.activeElement) || list.matches(":hover");
}

function keyed(root) {
  return new Map([...root.querySelectorAll("tr[data-live-deviation]")].map((row) => [row.dataset.liveDeviation, row]));
}

function keepInPlace(list, fetched) {
  const [here, there] = [keyed(list), keyed(fetched)];
  for (const [id, row] of here) {
    const newer = there.get(id);
    if (!newer) row.classList.add("is-gone");
    else if (newer.dataset.liveSequence !== row.dataset.liveSequence && !row.contains(document.activeElement)) {
      row.replaceWith(document.importNode(newer, true));
    }
  }
  const views = fetched.querySelector("#views");
  if (views) document.getElementById("views")?.replaceChildren(...document.importNode(views, true).children);
  mark();
  count();
}

function announce(ids) {
  waiting = ids;
  const [said, button] = arrived.children;
  const words = ids.length === 1 ? arrived.dataset.one : arrived.dataset.many.replace("%n", String(ids.length));
  said.textContent = ids.length ? words : "";
  button.hidden = !ids.length;
}

function count() {
  const number = Number(document.querySelector("#views [data-new]")?.dataset.new ?? 0);
  document.title = number ? `(${number}) ${TITLE}` : TITLE;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const list = event.detail.target;
  if (list?.id !== "list" || !event.detail.shouldSwap) return;
  const fetched = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  const shown = keyed(list);
  const fresh = [...keyed(fetched).keys()].filter((id) => !shown.has(id));
  if (showing || !shown.size || !isReading(list)) return announce([]);
  event.detail.shouldSwap = false;
  keepInPlace(list, fetched);
  announce(fresh);
});

document.addEventListener("htmx:afterSettle", count);

arrived?.querySelector("button").addEventListener("click", async () => {
  const [first] = waiting;
  const list = document.getElementById("list");
  showing = true;
  await window.htmx.ajax("GET", list.getAttribute("hx-get"), { target: "#list", swap: "outerHTML" });
  showing = false;
  choose(rows().find((row) => row.dataset.liveDeviation === first) ?? rows()[0]);
});
