// Small things that make filing quicker. Without them every button still sends the form and comes back with the page.

// A swap is carried out in the text at once; the server then looks at the new words, as after any other writing.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest('button[name^="swap"]');
  const text = button && document.getElementById(button.closest("[data-guards]")?.dataset.guards ?? "");
  if (!button || !(text instanceof HTMLTextAreaElement)) return;
  const [, from, to, words] = /^(\d+):(\d+):([^]*)$/.exec(button.value) ?? [];
  // Places are counted in characters on the server and in UTF-16 units here; they differ after an emoji.
  const characters = [...text.value];
  const start = characters.slice(0, Number(from)).join("").length;
  const end = characters.slice(0, Number(to)).join("").length;
  if (text.value.slice(start, end) !== button.dataset.was) return;
  event.preventDefault();
  text.setRangeText(words, start, end, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.dispatchEvent(new Event("look"));
});

// Arrow keys walk between the field and its suggestions; Escape goes back to the field. Enter chooses the first of those
// for just these letters: pressed before they have come, it chooses when they do.
let wanted = "";
function chooseFirst(box) {
  const first = box.querySelector(".combo__list button");
  if (!wanted || !first || first.closest("ul").dataset.typed !== wanted) return;
  if (box.querySelector("input").value === wanted) first.click();
  wanted = "";
}
document.addEventListener("htmx:afterSwap", (event) => {
  const box = event.detail.target?.id === "forslag" && event.detail.target.closest(".combo");
  if (box) chooseFirst(box);
});
document.addEventListener("keydown", (event) => {
  const box = event.target instanceof Element && event.target.closest(".combo");
  if (!box || !["ArrowDown", "ArrowUp", "Escape", "Enter"].includes(event.key)) return;
  const field = box.querySelector("input");
  const buttons = [...box.querySelectorAll(".combo__list button")];
  const at = buttons.indexOf(event.target);
  if (event.key === "Enter") {
    if (event.target !== field) return;
    event.preventDefault();
    wanted = field.value;
    chooseFirst(box);
    return;
  }
  event.preventDefault();
  if (event.key === "Escape") field.focus();
  else if (event.key === "ArrowDown") (buttons[at + 1] ?? buttons[at])?.focus();
  else (buttons[at - 1] ?? field).focus();
});

// A day to press fills in the date, and is shown as pressed for as long as it is the one.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest('button[name="day"]');
  const on = document.getElementById("id_occurred_on");
  if (!button || !(on instanceof HTMLInputElement)) return;
  event.preventDefault();
  on.value = button.value;
  on.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  if (!(event.target instanceof HTMLInputElement) || event.target.id !== "id_occurred_on") return;
  for (const button of document.querySelectorAll('button[name="day"]')) {
    button.setAttribute("aria-pressed", String(button.value === event.target.value));
  }
});

// What was written in the last moment before one leaves is sent on the way out: a draft is never lost.
const filing = document.getElementById("filing");
const isAnswered = (field) =>
  field instanceof HTMLInputElement && ["radio", "checkbox"].includes(field.type)
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue;
// What was answered before this script was there.
const answeredEarly = () =>
  [...document.querySelectorAll("#filing textarea, #filing input:not([type=hidden], [name=q])")].find(isAnswered);

// Answers are kept when the server has said so: a request on its way is given up by the browser when one leaves. What
// was sent first can come last, so what the page sends is counted; and a copy of the page is a page of its own.
const copy = Math.random().toString(36).slice(2, 10);
let written = 0;
let kept = 0;
let turn = 0;
let sending = false;
function write() {
  written += 1;
  window.addEventListener("beforeunload", keep);
}
function isKept(at) {
  kept = at;
  if (kept >= written) window.removeEventListener("beforeunload", keep);
}
if (answeredEarly()) write();
filing?.addEventListener("input", write);
// A text is sent as soon as one leaves it: in the last moment on a page not every browser sends anything any more.
filing?.addEventListener("change", (event) => (event.target instanceof HTMLTextAreaElement ? keep() : write()));
// One who goes on before the server has answered for a pressed unit waits for it: what is on its way when a page is left
// may never arrive.
const LONGEST_WAIT = 10_000;
const pressed = new Set();
let goOn = null;
filing?.addEventListener("submit", (event) => {
  if (!pressed.size) {
    sending = true;
    return;
  }
  event.preventDefault();
  if (goOn) return;
  const { submitter } = event;
  goOn = () => {
    goOn = null;
    pressed.clear();
    filing.requestSubmit(submitter?.isConnected ? submitter : document.getElementById("go"));
  };
  setTimeout(() => goOn?.(), LONGEST_WAIT);
});
filing?.addEventListener("formdata", ({ formData }) => {
  formData.set("turn", String(++turn));
  formData.set("page", `${formData.get("page")}.${copy}`);
});
const held = new WeakMap();
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "post") return;
  held.set(detail, written);
  if (detail.elt instanceof HTMLButtonElement && filing?.contains(detail.elt)) pressed.add(detail);
});
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr } }) => {
  const at = held.get(requestConfig);
  const isAnswer = xhr.status === 200 && new URL(xhr.responseURL).pathname === new URL(requestConfig.path, location).pathname;
  if (at > kept && isAnswer) isKept(at);
  if (pressed.delete(requestConfig) && !pressed.size) goOn?.();
});
function keep() {
  if (kept >= written || sending || !(filing instanceof HTMLFormElement)) return;
  const before = kept;
  isKept(written);
  const failed = () => {
    kept = Math.min(kept, before);
    window.addEventListener("beforeunload", keep);
  };
  fetch(filing.action, { method: "POST", body: new FormData(filing), headers: { "HX-Request": "true" }, keepalive: true }).then(
    (answer) => (answer.ok && !answer.redirected) || failed(),
    failed,
  );
}
window.addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") keep();
});
window.addEventListener("pageshow", () => {
  sending = false;
  pressed.clear();
});

// A list of units that comes while one is being pressed, or walked to with the arrow keys, would take the button away from
// under its own answer. It is asked for again when nothing came of it.
let isListLate = false;
const isInUse = (list) => list.querySelector(".htmx-request, :active, :focus-visible") !== null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const list = event.detail.target;
  if (list?.id !== "forslag" || !isInUse(list)) return;
  event.detail.shouldSwap = false;
  isListLate = true;
});
for (const kind of ["pointerup", "pointercancel", "focusout"]) {
  document.addEventListener(kind, () => {
    if (!isListLate) return;
    setTimeout(() => {
      const list = document.getElementById("forslag");
      if (!list || isInUse(list)) return;
      isListLate = false;
      document.getElementById("id_q")?.dispatchEvent(new Event("again"));
    });
  });
}

// After a unit was added or taken away its section was swapped: one goes on in the field.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "vilka") return;
  isListLate = false;
  document.getElementById("id_q")?.focus();
});

// An answer given before the page was ready is kept as if it were given now.
window.addEventListener("load", () => {
  const early = answeredEarly();
  early?.dispatchEvent(new Event(early instanceof HTMLTextAreaElement ? "look" : "change", { bubbles: true }));
});
