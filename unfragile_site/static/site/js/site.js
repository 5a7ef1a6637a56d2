/* Three comforts: a theme toggle, "/" to search, Escape to close what is open. The site works the same without them. */
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const store = (theme) => { try { localStorage.setItem("theme", theme); } catch { /* Private windows refuse: the choice lasts for the page. */ } };

  /* Runs in the head, before anything is painted, so that a chosen theme never flashes. */
  const chosen = stored();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  root.dataset.scripted = "";

  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");

  document.addEventListener("DOMContentLoaded", () => {
    const toggle = document.querySelector("[data-theme-toggle]");
    if (!toggle) return;
    const name = () => toggle.setAttribute("aria-label", current() === "dark" ? "Use light colours" : "Use dark colours");
    toggle.hidden = false;
    name();
    dark.addEventListener("change", name);
    toggle.addEventListener("click", () => {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      store(root.dataset.theme);
      name();
    });
  });

  /* A form that says so sends itself when a box is ticked; its button stays for those who come without scripts. */
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    const sheet = "popover" in root && event.target.closest(":popover-open"); /* A sheet has its button in view, and sending would close it. */
    if (form && form.hasAttribute("data-autosubmit") && !sheet && event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
  });

  /* Addresses are for sharing: what was left empty stays out of them. */
  document.addEventListener("htmx:configRequest", (event) => {
    const sent = event.detail.formData;
    for (const name of new Set(sent.keys())) if (sent.getAll(name).every((value) => value === "")) sent.delete(name);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(() => {
      button.dataset.copied = "";
      setTimeout(() => delete button.dataset.copied, 1500);
    }, () => {});
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && document.activeElement.classList.contains("tip")) document.activeElement.blur();
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = document.querySelector("main [type=search], [data-search]");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  });
})();
