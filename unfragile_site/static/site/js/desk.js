/* The desk: "/" goes to the search box, from any screen, unless one is typing. */
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.getElementById("desk-search");
  if (field) { event.preventDefault(); field.focus(); field.select(); }
});
