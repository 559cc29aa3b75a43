// The page for filing without contact. What is written is kept on the device at every pause, encrypted, and sealed when
// one presses send; from then on it is the list's.

const { marked, tidy, keyOf, one, unseal, keep, remove, readable, news, list } = self.samsynOffline;
const form = document.getElementById("anmalan");
const words = form.dataset;
const addresses = { key: words.key, send: words.send };
const lede = document.getElementById("laget");
const saved = document.getElementById("saved");
const guards = JSON.parse(words.guard).map(({ pattern, unless, why }) => ({
  pattern: new RegExp(pattern, "giu"),
  unless: unless ? new RegExp(unless, "iu") : null,
  why,
}));
const MOST = 8;
const PAUSE = 400;
const AGAIN = 60_000;

let person = null;
let choices = null;
let row = null;
let letGo = null;
let timer;

// ── the guard ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** The text as a reader sees it: what a word processor or a phone puts in for a digit, a dash or a space is one. */
const plain = (text) =>
  text
    .replace(/\P{No}+/gu, (part) => part.normalize("NFKC"))
    .replace(/[\p{Cf}\p{Mn}\p{Me}]/gu, "")
    .replace(/[\p{Pd}\u2212\u2043\u02d7\u2796\u00af]/gu, "-")
    .replace(/[\p{Zs}\t]/gu, " ");

export function found(text) {
  const read = plain(text);
  const hits = new Map();
  for (const { pattern, unless, why } of guards) {
    for (const hit of read.matchAll(pattern)) {
      if (!unless?.test(read.slice(0, hit.index)) && !hits.has(hit[0].trim())) hits.set(hit[0].trim(), why);
    }
  }
  return hits;
}

/** Points out what may not be sent, beside its field. True when something is. */
function guard(field) {
  const hits = found(field.value);
  const shown = [...hits].map(([text, why]) => {
    const note = document.getElementById("fynd").content.firstElementChild.cloneNode(true);
    note.querySelector("b").textContent = text;
    note.querySelector(".muted").textContent = why;
    return note;
  });
  const place = document.getElementById(`${field.name}_guard`);
  if (place.textContent !== shown.map((note) => note.textContent).join("")) place.replaceChildren(...shown);
  field.toggleAttribute("aria-invalid", hits.size > 0);
  if (hits.size) field.setAttribute("aria-invalid", "true");
  return hits.size > 0;
}

// ── the questions ───────────────────────────────────────────────────────────────────────────────────────────────────

const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
const receivers = () => (choices?.receivers ?? []).map(([pk, name, beside]) => [String(pk), name, beside]);
const chosen = () => form.querySelector('[name="receiving_units"]:checked');

function content() {
  const unit = chosen();
  const given = Object.fromEntries(["happened", "reporting_unit", "category", "age", "occurred_on", "local_reference"].map((name) => [name, form.elements[name].value]));
  return { ...given, receiving_units: unit?.value ? [unit.value] : [], unknown: unit?.value === "" ? "1" : "" };
}

const isEmpty = (given) => !given.happened.trim() && !given.local_reference && !given.age && !given.receiving_units.length;

/** The units to choose among: the chosen one, then what the letters find, or those lately chosen. */
function drawUnits(keepChosen = chosen()?.value) {
  const typed = document.getElementById("id_q").value.toLocaleLowerCase("sv").split(/\s+/).filter(Boolean);
  const fits = ([, name, beside]) => typed.every((word) => `${name} ${beside}`.toLocaleLowerCase("sv").includes(word));
  const lately = (choices?.lately ?? []).map(String);
  const every = receivers();
  const matching = typed.length ? every.filter(fits) : lately.map((pk) => every.find(([own]) => own === pk)).filter(Boolean);
  const first = every.filter(([pk]) => pk === keepChosen);
  const shown = [...first, ...matching.filter(([pk]) => pk !== keepChosen)].slice(0, MOST);
  document.getElementById("enheter").replaceChildren(
    ...shown.map(([pk, name, beside]) => {
      const choice = document.getElementById("enhet").content.firstElementChild.cloneNode(true);
      Object.assign(choice.querySelector("input"), { value: pk, checked: pk === keepChosen });
      choice.querySelector("b").textContent = name;
      choice.querySelector("span").textContent = beside;
      return choice;
    }),
  );
  document.getElementById("enheter_status").textContent = typed.length && !matching.length ? words.none : "";
}

function drawChoices() {
  const options = (rows) => rows.map(([value, name]) => new Option(name, value));
  form.elements.reporting_unit.replaceChildren(...options(choices.units));
  document.getElementById("fran").hidden = choices.units.length < 2;
  form.elements.category.append(...options(choices.kinds));
  drawUnits();
}

function fill(given) {
  for (const [name, value] of Object.entries(given)) {
    const field = form.elements[name];
    if (field && name !== "receiving_units" && name !== "unknown") field.value = value;
  }
  drawUnits(given.receiving_units?.[0]);
  if (given.unknown) form.querySelector('[name="receiving_units"][value=""]').checked = true;
  kindChosen();
}

function kindChosen() {
  const kind = choices.kinds.find(([code]) => code === form.elements.category.value);
  document.getElementById("id_category_short").textContent = kind?.[2] ?? "";
}

// ── keeping ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** While the page has a row open, no other page sends it. */
function hold(id) {
  letGo?.();
  navigator.locks.request(`samsyn-row-${id}`, () => new Promise((done) => (letGo = done)));
}

async function begin(id) {
  row = { id: id ?? crypto.randomUUID(), at: Date.now(), sealed: false };
  hold(row.id);
}

async function store(sealed = false) {
  clearTimeout(timer);
  const key = await keyOf(person);
  if (!key || marked() !== person) return over();
  const given = content();
  if (!sealed && isEmpty(given)) return false;
  await keep(key, { ...row, at: Date.now(), sealed }, given);
  if (!sealed) {
    history.replaceState(null, "", `#${row.id}`);
    saved.textContent = words.kept.replace("{time}", list.moment(Date.now()));
  }
  return true;
}

/** The log-in has ended, or somebody else is logged in: nothing more is kept, and what is on the page goes. */
async function over() {
  await tidy(marked());
  location.replace(location.pathname);
  return false;
}

// ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function faults() {
  const given = content();
  const told = {};
  if (guard(form.elements.happened) || guard(form.elements.local_reference)) told.happened = words.blocked;
  else if (!given.happened.trim()) told.happened = words.happened;
  if (!chosen()) told.receiving_units = words.unit;
  if (!given.category) told.category = words.kind;
  if (!given.occurred_on) told.occurred_on = words.day;
  else if (given.occurred_on > today()) told.occurred_on = words.future;
  if (given.age && !(/^\d{1,3}$/.test(given.age) && Number(given.age) <= 120)) told.age = words.age;
  for (const name of ["happened", "receiving_units", "category", "occurred_on", "age"]) {
    const place = document.getElementById(`id_${name}_error`);
    place.textContent = told[name] ?? "";
    place.hidden = !told[name];
    const field = document.getElementById(`id_${name}`);
    if (!field.matches("h2")) field.toggleAttribute("aria-invalid", Boolean(told[name]));
    if (told[name] && !field.matches("h2")) field.setAttribute("aria-invalid", "true");
  }
  const first = Object.keys(told)[0];
  if (first) document.getElementById(`id_${first}`).focus();
  return Boolean(first);
}

async function sealAndSend() {
  if (faults() || !(await store(true))) return;
  letGo?.();
  form.reset();
  saved.textContent = "";
  for (const place of form.querySelectorAll("[id$=_guard]")) place.replaceChildren();
  history.replaceState(null, "", location.pathname);
  form.elements.occurred_on.value = today();
  drawUnits("");
  await begin();
  list.tell(words.stored, { url: "", link: "" });
  list.box.scrollIntoView({ block: "start" });
  const ready = await navigator.serviceWorker?.getRegistration();
  ready?.sync?.register("samsyn-send").catch(() => {}); // not every browser lets it; the page sends by itself as well
  await deliver();
}

async function draw() {
  await list.show(person, choices, row?.id);
}

async function deliver(asked = false) {
  await list.deliver(addresses, {}, asked);
  await draw();
}

function contact() {
  const where = navigator.onLine ? "online" : "away";
  lede.textContent = lede.dataset[where];
  const button = form.querySelector("[type=submit]");
  button.textContent = button.dataset[where];
}

// ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────

async function open() {
  contact();
  const mark = marked();
  const lost = await tidy(mark);
  const key = mark && (await keyOf(mark));
  const kept = key && (await one("kept", "choices"));
  const with_ = kept && (await one("keys", kept.key));
  if (lost) list.tell(list.box.dataset.lost);
  if (!with_) {
    document.getElementById("ingen").hidden = false;
    return;
  }
  person = mark;
  choices = await unseal(with_, kept);
  await draw();
  if (!choices.units) {
    document.getElementById("ingen_enhet").hidden = false;
    return;
  }
  document.getElementById("tiden").textContent = document.getElementById("tiden").dataset.until.replace("{time}", list.moment(key.ends));
  drawChoices();
  form.elements.occurred_on.max = today();
  form.elements.occurred_on.value = today();
  const drafts = (await readable(person)).filter((each) => !each.sealed);
  const draft = drafts.find((each) => each.id === location.hash.slice(1));
  await begin(draft?.id);
  if (draft) fill(draft.content);
  for (const field of [form.elements.happened, form.elements.local_reference]) guard(field);
  form.hidden = false;
  await deliver();
}

form.addEventListener("input", (event) => {
  const { target } = event;
  if (target.id === "id_q") return drawUnits();
  if (target.name === "happened" || target.name === "local_reference") guard(target);
  if (target.name === "category") kindChosen();
  clearTimeout(timer);
  timer = setTimeout(() => store(), PAUSE);
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.id === "id_q") event.preventDefault();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  sealAndSend();
});
window.addEventListener("hashchange", () => location.reload());
window.addEventListener("pagehide", () => timer && store());
for (const kind of ["online", "offline"]) window.addEventListener(kind, contact);
window.addEventListener("online", () => person && deliver());
list.part("send").addEventListener("click", () => deliver(true));
news.addEventListener("message", draw);
setInterval(() => {
  if (!document.hidden && person && !list.part("waiting").hidden) deliver();
}, AGAIN);
open();
