/* A comparison's comforts: sliders tell their number, forms leave out what is empty, what it says is copied. */
(() => {
  document.addEventListener("input", (event) => {
    const slider = event.target;
    if (slider.type === "range") slider.parentElement.querySelector("output").value = slider.value;
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
})();
