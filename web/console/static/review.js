// Review by keys: they act only while the pair, or what stands in it, has the focus.
const pair = document.getElementById("pair");
pair?.focus();
pair?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key.toLowerCase();
  const target = key === "u" ? document.querySelector("#undo button") : pair.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
});
