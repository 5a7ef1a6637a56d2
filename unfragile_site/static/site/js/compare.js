/* A comparison's comforts: sliders tell their number, forms leave out what is empty, names are proposed while one types. */
(() => {
  document.addEventListener("input", (event) => {
    const slider = event.target;
    if (slider.type === "range") slider.parentElement.querySelector("output").value = slider.value;
    if (slider.hasAttribute("data-pick")) propose(slider);
  });

  /* Addresses are for sharing: what was left empty stays out of them. */
  document.addEventListener("submit", (event) => {
    if (!event.target.hasAttribute("data-lean")) return;
    for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("[data-lean] :disabled")) field.disabled = false;
  });

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-copy-from]");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const answer = await fetch(button.dataset.copyFrom).catch(() => null);
      const isDone = answer && answer.ok && await navigator.clipboard.writeText(await answer.text()).then(() => true, () => false);
      button.lastElementChild.textContent = isDone ? "Copied" : "Not copied";
    });
  });

  const known = new Map();
  let waiting;
  function propose(field) {
    clearTimeout(waiting);
    const words = field.value.trim();
    if (words.length < 2) return;
    waiting = setTimeout(async () => {
      if (!known.has(words)) {
        const answer = await fetch(`/api/v1/artifacts/?fields=name&limit=8&q=${encodeURIComponent(words)}`).catch(() => null);
        if (!answer || !answer.ok) return;
        known.set(words, (await answer.json()).results.map((row) => row.name));
      }
      if (field.value.trim() !== words) return;
      field.list.replaceChildren(...known.get(words).map((name) => new Option("", name)));
    }, 250);
  }
})();
