// Keeps the layer with the marked words in step with the text area above it while one is writing. The marks of the last
// answer no longer fit once the text has changed, so they are cleared until the server has looked at the text again.

document.addEventListener("input", (event) => {
  if (!(event.target instanceof HTMLTextAreaElement)) return;
  const mirror = event.target.closest(".guard")?.querySelector(".guard__mirror");
  if (mirror) mirror.textContent = `${event.target.value}\n`;
});

// What was written before the page was ready, on a slow phone, has not been looked at: it is as if written now.
window.addEventListener("load", () => {
  for (const text of document.querySelectorAll(".guard textarea")) {
    if (text.value !== text.defaultValue) text.dispatchEvent(new Event("look"));
  }
});
