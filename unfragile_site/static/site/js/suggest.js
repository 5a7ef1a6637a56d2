/* Suggestions while one types: a field with data-suggest becomes a combobox over a list that the server draws. What is
   chosen is opened, or filled in where it leads nowhere. Without this script the field is a plain one. */
(() => {
  const PAUSE = 150; /* ms without a key */
  const drawn = new Map(); /* address -> options */
  document.querySelectorAll("[data-suggest]").forEach((field, number) => {
    const list = document.createElement("ul");
    list.id = `suggestions-${number}`;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    field.after(list);
    const given = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    for (const [name, value] of Object.entries(given)) field.setAttribute(name, value);

    let waiting;
    let active = null;
    const mark = (option) => {
      if (active) active.setAttribute("aria-selected", "false");
      active = option;
      if (!active) return field.removeAttribute("aria-activedescendant");
      active.setAttribute("aria-selected", "true");
      field.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    };
    const open = (isOpen) => {
      mark(null);
      list.hidden = !isOpen;
      field.setAttribute("aria-expanded", String(isOpen));
    };
    const close = () => {
      clearTimeout(waiting);
      open(false);
    };
    const choose = (option) => {
      field.value = option.dataset.value;
      close();
      if (option.dataset.address) location.assign(option.dataset.address);
    };
    const ask = async () => {
      const words = field.value.trim();
      const address = `${field.dataset.suggest}${encodeURIComponent(words)}`;
      if (words && !drawn.has(address)) {
        const answer = await fetch(address).catch(() => null);
        if (!answer || !answer.ok) return close();
        drawn.set(address, await answer.text());
      }
      /* Meanwhile more may have been typed, or the reader may have gone on. */
      if (field.value.trim() !== words || document.activeElement !== field) return;
      list.innerHTML = words ? drawn.get(address) : "";
      [...list.children].forEach((option, place) => { option.id = `${list.id}-${place}`; });
      open(list.children.length > 0);
    };

    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, PAUSE);
    });
    field.addEventListener("blur", close);
    if (field.form) field.form.addEventListener("submit", close);
    field.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && list.hidden) {
        if (field.value.trim()) ask();
      } else if (step) {
        /* Past either end the words as typed come up again. */
        const stops = [null, ...list.children];
        mark(stops.at((stops.indexOf(active) + step + stops.length) % stops.length));
      } else if (event.key === "Enter" && active) {
        choose(active);
      } else if (event.key === "Escape" && !list.hidden) {
        close();
      } else {
        return;
      }
      event.preventDefault();
    });
    list.addEventListener("pointerdown", (event) => event.preventDefault()); /* The field keeps the focus. */
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
  });
})();
