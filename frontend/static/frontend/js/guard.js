// Keeps the layer with the marked words in step with the text area above it while one is writing. The marks of the last
// answer no longer fit once the text has changed, so they are cleared until the server has looked at the text again.

document.addEventListener("input", (event) => {
  if (!(event.target instanceof HTMLTextAreaElement)) return;
  const mirror = event.target.closest(".guard")?.querySelector(".guard__mirror");
  if (mirror) mirror.textContent = `${event.target.value}\n`;
});

// The field says whether something must go, as the button does; and what has been read aloud is not read again.
document.addEventListener("htmx:oobAfterSwap", () => {
  for (const guard of document.querySelectorAll(".guard:has(.guard__mirror)")) {
    const text = guard.querySelector("textarea");
    if (guard.querySelector("mark.stop")) text?.setAttribute("aria-invalid", "true");
    else text?.removeAttribute("aria-invalid");
  }
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const said = event.detail.target;
  const same = said?.id?.startsWith("said_") && said.textContent.trim() === event.detail.fragment?.textContent.trim();
  if (same) event.detail.shouldSwap = false;
});

// What was written before the page was ready, on a slow phone, has not been looked at: it is as if written now.
window.addEventListener("load", () => {
  for (const text of document.querySelectorAll(".guard textarea")) {
    if (text.value !== text.defaultValue) text.dispatchEvent(new Event("look"));
  }
});
