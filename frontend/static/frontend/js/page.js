// Small things on every page. Everything works without them.

const strip = document.getElementById("strip");

/** Shows a sentence in the strip at the top, where it is also read aloud. */
function tell(sentence) {
  if (!strip || !sentence) return;
  strip.textContent = sentence;
  strip.classList.add("is-error");
}

// A fragment that could not be fetched must never fail in silence.
document.addEventListener("htmx:sendError", () => tell(strip?.dataset.offline));
document.addEventListener("htmx:responseError", () => tell(strip?.dataset.refused));
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.successful && strip?.classList.contains("is-error")) {
    strip.textContent = "";
    strip.classList.remove("is-error");
  }
});

// "/" goes to the search field, unless one is writing.
document.addEventListener("keydown", (event) => {
  const writing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.getElementById("search");
  if (event.key === "/" && search && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  }
});

// What is found while one types is a list of links: the arrows walk it, Escape closes it and keeps what was written.
const searchForm = document.querySelector(".top__search");
searchForm?.addEventListener("keydown", (event) => {
  const field = document.getElementById("search");
  const list = document.getElementById("search_found");
  const stops = [field, ...list.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement);
  if (event.key === "Escape" && list.childElementCount) {
    event.preventDefault();
    list.replaceChildren();
    field.focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && at >= 0 && stops.length > 1) {
    event.preventDefault();
    stops[(at + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length].focus();
  }
});

// What is behind "Mer" closes with Escape, and when one goes on elsewhere.
const more = document.querySelector(".nav__more");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !more?.open) return;
  if (more.contains(document.activeElement)) more.querySelector("summary").focus();
  more.open = false;
});
for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    if (more?.open && event.target instanceof Node && !more.contains(event.target)) more.open = false;
  });
}

// Printing needs scripts, so its button is only there with them.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A greyed step keeps its place in the tab order so that its reason is read; pressing it does nothing.
document.addEventListener(
  "click",
  (event) => {
    if (event.target instanceof Element && event.target.closest('[aria-disabled="true"]')) {
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);
