// What is fetched again by itself never moves what one is reading: what was open stays open, the keyboard stays where
// it was, and the line at the top of the window stays there. For live parts (live.js) that have an id.

const LIVE = "[data-live-list], [data-live-deviation], [data-live-meeting]";
const LINES = "h1, h2, h3, li, p, summary, dt, tr";
const FOCUSABLE = "a[href], button, summary, input, select, textarea, [tabindex]";
const kept = new Map(); // id of the part -> how it was

function words(element) {
  return `${element.tagName} ${element.getAttribute("href") ?? element.getAttribute("name") ?? ""} ${element.textContent.trim().slice(0, 80)}`;
}

// The same words may stand more than once: the first, the second …
function placeAmong(element, all) {
  const alike = [...all].filter((other) => words(other) === words(element));
  return { words: words(element), nth: alike.indexOf(element) };
}

function found({ words: wanted, nth }, all) {
  const alike = [...all].filter((other) => words(other) === wanted);
  return alike[nth] ?? alike[0];
}

function firstInView(part) {
  if (part.getBoundingClientRect().top >= 0) return null; // what is above it does not change
  return [...part.querySelectorAll(LINES)].find((line) => line.checkVisibility() && line.getBoundingClientRect().top >= 0);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const part = detail.target;
  if (!detail.shouldSwap || !part?.id || !part.matches(LIVE)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const line = firstInView(part);
  kept.set(part.id, {
    open: [...part.querySelectorAll("details[open] > summary")].map(words),
    focused: focused && placeAmong(focused, part.querySelectorAll(FOCUSABLE)),
    line: line && { ...placeAmong(line, part.querySelectorAll(LINES)), top: line.getBoundingClientRect().top },
  });
  document.documentElement.style.overflowAnchor = "none"; // the browser's own keeping would come on top of this
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [id, was] of kept) {
    const part = document.getElementById(id);
    if (!part) continue;
    for (const summary of part.querySelectorAll("details > summary")) {
      if (was.open.includes(words(summary))) summary.parentElement.open = true;
    }
    if (was.focused) found(was.focused, part.querySelectorAll(FOCUSABLE))?.focus({ preventScroll: true });
    const line = was.line && found(was.line, part.querySelectorAll(LINES));
    if (line) window.scrollBy({ top: line.getBoundingClientRect().top - was.line.top, behavior: "instant" });
  }
  kept.clear();
  requestAnimationFrame(() => (document.documentElement.style.overflowAnchor = ""));
});
