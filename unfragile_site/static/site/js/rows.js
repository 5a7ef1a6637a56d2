/* Rows by keyboard: on a page with [data-rows], arrows or j and k go from one [data-row] link to the next, and a letter follows the row's link, or presses its button, that has it as data-key.
   All of it is there to be clicked as well; Enter is the browser's own. */
(() => {
  const links = [...document.querySelectorAll("[data-rows] [data-row]")];
  const rowOf = (element) => element && element.closest("[data-rows] tr");
  /* The row that has the focus, else the one that the address names: where somebody was, or what has just been moved. The browser itself gives its link the focus. */
  const here = () => rowOf(document.activeElement) || rowOf(location.hash && document.getElementById(location.hash.slice(1)));
  const focus = (link) => { if (link) { link.focus(); link.scrollIntoView({ block: "nearest" }); } };
  const step = (by) => {
    const row = here();
    const at = links.findIndex((link) => row && row.contains(link));
    focus(links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + by))]);
  };

  const moves = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing) {
      /* Out of the filter, back to the rows. */
      if (event.key === "Escape" && event.target.matches("[type=search]")) { event.preventDefault(); focus(links[0]); }
      return;
    }
    if (event.key in moves) {
      if (links.length) { event.preventDefault(); step(moves[event.key]); }
    } else if (event.key === "/") {
      const field = document.querySelector("#content [type=search]");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if (event.key === "?") {
      const keys = document.querySelector("[data-keys]");
      if (keys) { event.preventDefault(); keys.open = !keys.open; }
    } else if (/^[a-z]$/.test(event.key)) {
      const row = here();
      const link = row && row.querySelector(`[data-key="${event.key}"]`);
      if (link) { event.preventDefault(); link.click(); }
    }
  });
})();
