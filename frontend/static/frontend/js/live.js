// Live parts of a page: the socket says which deviation changed, htmx fetches the fragment again. Never any content.
//
// FOR WHOEVER BUILDS A PAGE
//   {% include "frontend/components/live.html" %} once, where "Uppdateras direkt" is to stand. That opens the socket.
//
//   One deviation (its page, its timeline, one card):
//     <section data-live-deviation="{{ deviation.public_id }}" data-live-sequence="{{ deviation.sequence }}"
//              hx-get="…the fragment…" hx-trigger="changed" hx-swap="outerHTML">
//   The element gets the event `changed` (it does not bubble) when the deviation has a newer sequence. The fragment
//   carries the same attributes with its own sequence. Several elements may show the same deviation. While somebody is
//   writing in it the element is left alone and the strip says that there is news: keep forms outside where possible.
//   Without hx-get it only says what is shown (a heading, the whole page).
//
//   A list or a count (inbox, my deviations, home):
//     <div data-live-list hx-get="…" hx-trigger="changed" hx-swap="outerHTML">
//       … each row: data-live-deviation and data-live-sequence, without hx-get …
//   The list gets `changed`, at most every 300 ms, when something it does not show in that sequence has changed.
//
//   A meeting: data-live-meeting in the place of data-live-deviation, with the meeting's sequence. With data-live-quiet
//   nothing is said when the element is left alone because somebody writes in it: another part of the page tells.
//
//   data-live-say="Uppsatt på dagordningen till 4 april."   on a fetched element: what the strip (role=status) says then
//
//   data-live-looking="{{ deviation.public_id }}"   an element that gets `changed` when others open that deviation.
//
//   A shown deviation (not a row of a list) that the person may no longer see: main is replaced by a calm message.

const HEARTBEAT_MS = 20_000;
const ANSWER_MS = 10_000;
const LIST_MS = 300;
const TRIES = 3;
const TRY_AGAIN_MS = 1000;
const BACKOFF_MS = { first: 500, most: 30_000 };
const LOGGED_OUT = [4401, 4403];
const POSITION_KEY = "samsyn.live.position";

const strip = document.getElementById("strip");
const newest = new Map(); // deviation -> the newest sequence heard of
const triesOf = new Map();
const waitingLists = new Set();
const failed = new Set();

let state = "away";
let socket = null;
let failures = 0;
let heartbeat = 0;
let patience = 0;
let listTimer = 0;
let reconnectTimer = 0;
let told = ""; // what was last said to be watched
let left = false;
let position = startPosition();

// The position of the page before this one is older than what this page shows, so nothing falls between them. A page
// that the browser kept may be older still: then everything is asked for again.
function startPosition() {
  const [navigation] = performance.getEntriesByType("navigation");
  const kept = sessionStorage.getItem(POSITION_KEY);
  return kept === null || navigation?.type === "back_forward" ? null : Number(kept);
}

function shown() {
  return [...document.querySelectorAll("[data-live-deviation], [data-live-meeting]")];
}

function idOf({ dataset }) {
  return dataset.liveDeviation ?? dataset.liveMeeting;
}

function watching() {
  const told = { watching: {}, meetings: {} };
  for (const element of shown()) {
    const sequences = element.dataset.liveMeeting ? told.meetings : told.watching;
    const sequence = Number(element.dataset.liveSequence) || 0;
    sequences[idOf(element)] = Math.min(sequence, sequences[idOf(element)] ?? sequence);
  }
  return told;
}

let said = "";

// Each piece of news is said once, however many parts of the page it is fetched for.
function say(sentence, key = "") {
  if (!strip || !sentence || (key && key === said)) return;
  said = key;
  strip.classList.remove("is-error");
  strip.textContent = sentence;
}

// Asked for each time: the element may stand in a part that is swapped.
function stateElements() {
  return [...document.querySelectorAll("[data-live]")];
}

function showState(name) {
  state = name;
  for (const element of stateElements()) {
    if (element.dataset.live === name && element.textContent) continue;
    element.dataset.live = name;
    element.textContent = element.dataset[name] ?? "";
  }
}

// ── the socket ───────────────────────────────────────────────────────────────────────────────────────────────────────
function connect() {
  clearTimeout(reconnectTimer);
  if (socket || left) return;
  const opened = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/`);
  socket = opened;
  opened.addEventListener("open", () => resume(true));
  opened.addEventListener("message", (event) => socket === opened && heard(JSON.parse(event.data)));
  opened.addEventListener("close", (event) => socket === opened && closed(event.code));
}

function closed(code) {
  socket = null;
  clearInterval(heartbeat);
  clearTimeout(patience);
  if (LOGGED_OUT.includes(code)) return leave("live-logged-out");
  showState("away");
  const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** failures);
  failures += 1;
  reconnectTimer = setTimeout(connect, most / 2 + (Math.random() * most) / 2);
}

function drop() {
  if (!socket) return;
  const old = socket;
  closed(1000);
  old.close();
}

// Says where this page stands; the answer is everything after, then the new position. No answer: the line is dead.
function resume(withWatching = false) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  const message = { resume: position };
  if (withWatching) {
    Object.assign(message, watching());
    told = JSON.stringify(watching());
  }
  socket.send(JSON.stringify(message));
  clearTimeout(patience);
  patience = setTimeout(drop, ANSWER_MS);
}

function heard(message) {
  if ("deviation" in message) changed(message.deviation, message.sequence);
  else if ("meeting" in message) meetingChanged(message.meeting, message.sequence);
  else if ("revoked" in message) revoked(message.revoked);
  else if ("looking" in message) lookersChanged(message.looking);
  else if ("reload" in message) everythingChanged();
  else if ("position" in message) answered(message.position);
}

function answered(at) {
  clearTimeout(patience);
  if (position === null) refreshLists(document.querySelectorAll("[data-live-list]"));
  position = at;
  sessionStorage.setItem(POSITION_KEY, String(at));
  showState("on");
  failures = 0;
  fetchWhatFailed();
  clearInterval(heartbeat);
  heartbeat = setInterval(resume, HEARTBEAT_MS);
}

// ── what changed ─────────────────────────────────────────────────────────────────────────────────────────────────────
function changed(deviation, sequence) {
  if (sequence <= (newest.get(deviation) ?? 0)) return;
  newest.set(deviation, sequence);
  for (const element of shown()) if (idOf(element) === deviation) refresh(element);
  const lists = [...document.querySelectorAll("[data-live-list]")].filter((list) => !shows(list, deviation, sequence));
  if (lists.length) refreshLists(lists);
}

// Lists are told apart when a meeting changes: only what shows this meeting asks again.
function meetingChanged(meeting, sequence) {
  newest.set(meeting, Math.max(sequence, newest.get(meeting) ?? 0));
  for (const element of shown()) if (idOf(element) === meeting) refresh(element);
}

function shows(list, deviation, sequence) {
  const row = list.querySelector(`[data-live-deviation="${CSS.escape(deviation)}"]`);
  return row !== null && Number(row.dataset.liveSequence) >= sequence;
}

function isBehind(element) {
  return (newest.get(idOf(element)) ?? 0) > Number(element.dataset.liveSequence);
}

function refresh(element) {
  if (!isBehind(element) || element.closest("[data-live-list]")) return;
  if (isBeingWrittenIn(element)) return "liveQuiet" in element.dataset || say(stateElements()[0]?.dataset.writing);
  element.dispatchEvent(new CustomEvent("changed", { bubbles: false }));
}

// A fragment that comes back as old as before is asked for a few times more, not for ever.
function tryAgain(element) {
  const tries = triesOf.get(keyOf(element)) ?? 0;
  if (tries >= TRIES) return;
  triesOf.set(keyOf(element), tries + 1);
  setTimeout(() => element.isConnected && refresh(element), TRY_AGAIN_MS);
}

function keyOf(element) {
  return `${idOf(element)} ${newest.get(idOf(element))}`;
}

function refreshLists(lists) {
  for (const list of lists) waitingLists.add(list);
  listTimer ||= setTimeout(() => {
    listTimer = 0;
    for (const list of waitingLists) if (!isBeingWrittenIn(list)) list.dispatchEvent(new CustomEvent("changed"));
    waitingLists.clear();
  }, LIST_MS);
}

// A fragment that could not be fetched (the network was gone) is asked for again when the line answers.
function fetchWhatFailed() {
  const parts = [...failed].filter((element) => element.isConnected);
  failed.clear();
  refreshLists(parts.filter((element) => "liveList" in element.dataset));
  for (const element of parts) if (!("liveList" in element.dataset)) refresh(element);
}

function everythingChanged() {
  refreshLists(document.querySelectorAll("[data-live-list]"));
  if (socket) resume(true);
}

// A field whose content is no longer what the server sent: swapping it would throw away what a person wrote.
function isBeingWrittenIn(element) {
  return [...element.querySelectorAll("textarea, input, select")].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field instanceof HTMLSelectElement) {
      return [...field.options].some((option) => option.selected !== option.defaultSelected && field.selectedIndex > 0);
    }
    return field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

function lookersChanged(deviation) {
  for (const element of document.querySelectorAll(`[data-live-looking="${CSS.escape(deviation)}"]`)) {
    element.dispatchEvent(new CustomEvent("changed", { bubbles: false }));
  }
}

// ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────────
function revoked(deviation) {
  const gone = shown().filter((element) => idOf(element) === deviation);
  if (gone.some((element) => !element.closest("[data-live-list]"))) leave("live-revoked");
  else refreshLists(gone.map((element) => element.closest("[data-live-list]")));
}

// A page without live parts of its own has only the number in the top bar: what somebody writes there is left alone.
function leave(templateId) {
  left = true;
  drop();
  if (!stateElements().length) return;
  const template = document.getElementById(templateId);
  const main = document.getElementById("main");
  if (!(template instanceof HTMLTemplateElement) || !main) return location.assign("/");
  main.replaceChildren(template.content.cloneNode(true));
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
}

// ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────
document.addEventListener("htmx:afterSettle", (event) => {
  const fetched = event.detail.elt;
  if (fetched instanceof Element) {
    const words = fetched.matches("[data-live-say]") ? fetched : fetched.querySelector("[data-live-say]");
    if (words) say(words.dataset.liveSay, `${idOf(words)} ${words.dataset.liveSequence}`);
  }
  showState(state);
  // What came may already be old again, and the page may now show other deviations than the server was told.
  for (const element of shown()) if (isBehind(element)) tryAgain(element);
  if (JSON.stringify(watching()) !== told) resume(true);
});
for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(kind, ({ detail }) => detail.elt.matches("[hx-get]") && failed.add(detail.elt));
}
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && (socket ? resume() : connect()));
window.addEventListener("online", () => (socket ? resume() : connect()));
window.addEventListener("pagehide", () => {
  left = true;
  drop();
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  left = false;
  position = null;
  connect();
});

if (stateElements().length || document.querySelector("[data-live-list]")) connect();
