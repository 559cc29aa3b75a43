// U takes back the newest step, as its button does. Not while one writes.

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]')) return;
  if (event.key !== "u" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const button = document.querySelector("[data-undo]");
  if (!button) return;
  event.preventDefault();
  button.click();
});
