/* The tray: up to four artifacts that a reader means to compare, in a cookie, at the foot of every page. Without scripts the same links lead to the tray's own page. */
(() => {
  const MOST = 4;
  const base = document.currentScript.dataset.compare;
  const read = () => {
    const found = document.cookie.split("; ").find((part) => part.startsWith("compare="));
    return found ? found.slice(8).replaceAll('"', "").split(".").filter((slug) => /^[a-z0-9][a-z0-9_-]*$/.test(slug)).slice(0, MOST) : [];
  };
  const write = (slugs) => { document.cookie = `compare=${slugs.join(".")}; path=/; max-age=2592000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`; };
  /* Names are kept beside the cookie: the server knows them, and sends none to kept pages. */
  const names = () => { try { return JSON.parse(localStorage.getItem("compare-names")) || {}; } catch { return {}; } };
  const name = (slug, words) => { try { localStorage.setItem("compare-names", JSON.stringify({ ...names(), [slug]: words })); } catch { /* Private windows refuse: the slug is shown. */ } };

  const make = (tag, properties, ...children) => { const e = Object.assign(document.createElement(tag), properties); e.append(...children); return e; };
  const room = make("div", { className: "frame" });
  const said = make("p", { className: "vh" });
  said.setAttribute("role", "status");
  const tray = make("aside", { className: "tray" }, room, said);
  tray.setAttribute("aria-label", "To compare");

  function draw() {
    const slugs = read();
    const known = names();
    for (const link of document.querySelectorAll("a[data-compare]")) {
      const isIn = slugs.includes(link.dataset.compare);
      link.textContent = isIn ? "In the tray" : "Compare +";
      link.setAttribute("aria-label", isIn ? `In the tray: ${link.dataset.name}` : `Compare ${link.dataset.name}`);
    }
    if (!slugs.length || location.pathname.startsWith(base)) return tray.remove();
    const items = slugs.map((slug) => {
      const words = known[slug] || slug;
      const out = make("button", { type: "button", textContent: "×" });
      out.setAttribute("aria-label", `Take ${words} out`);
      out.addEventListener("click", () => { write(read().filter((other) => other !== slug)); draw(); tell(`${words} is out of the tray.`); const next = tray.querySelector("button"); if (next) next.focus(); });
      return make("li", {}, make("bdi", { textContent: words }), out);
    });
    const go = slugs.length > 1 ? make("a", { className: "button", href: `${base}${[...slugs].sort().join("-vs-")}/`, textContent: "Compare" }) : make("span", { className: "small quiet", textContent: "Choose another to set beside it." });
    room.replaceChildren(make("ul", {}, ...items), go);
    if (!tray.isConnected) document.body.append(tray);
  }
  const tell = (words) => { said.textContent = words; };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-compare]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const slug = link.dataset.compare;
    const slugs = read();
    if (!slugs.includes(slug) && slugs.length >= MOST) return; /* Full: the tray's own page says so. */
    event.preventDefault();
    name(slug, link.dataset.name);
    const isOut = slugs.includes(slug);
    write(isOut ? slugs.filter((other) => other !== slug) : [...slugs, slug]);
    draw();
    tell(`${link.dataset.name} is ${isOut ? "out of" : "in"} the tray.`);
  });
  document.addEventListener("htmx:afterSettle", draw);
  addEventListener("pageshow", draw);
  draw();
})();
