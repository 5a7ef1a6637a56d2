"""What a page looks like to a machine: accessible, and within its width."""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.sync_playwright import Axe

#: Everything but what axe calls experimental.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    # Style sheets that axe reads again go into inline styles, which our policy refuses; no rule of these needs them.
    "preload": False,
}
#: What a scheme of colours can change; all the rest depends on the width alone.
COLOURS = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def faults(page: Any) -> dict[tuple[str, int], list[str]]:
    """What is wrong with the page as it stands, light and dark, wide and narrow. Leaves it wide."""
    found = {}
    for scheme, rules in (("light", {390: RULES, 1280: COLOURS}), ("dark", {390: COLOURS, 1280: RULES})):
        page.emulate_media(color_scheme=scheme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found[scheme, width] = violations(page, rules[width]) + too_wide(page)
    return {where: wrong for where, wrong in found.items() if wrong}


def violations(page: Any, rules: dict[str, Any] = RULES) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(f"axe.run(document, {json.dumps(rules)}).then((result) => result.violations)")
    said = [f"{v['id']}: {v['help']} {[node['target'] for node in v['nodes']][:3]}" for v in found]
    # The library behind Django's own autocomplete names its box by an id that has no words.
    return [one for one in said if "select2" not in one]


def too_wide(page: Any) -> list[str]:
    """Elements that make the page scroll sideways, or a note that it does."""
    return list(
        page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= width) return [];
                const over = [...document.querySelectorAll("body *")].filter(
                    (e) => e.getBoundingClientRect().right > width + 0.5
                );
                const whole = document.documentElement.scrollWidth;
                return [`${whole} px`, ...over.slice(-3).map((e) => e.outerHTML.slice(0, 120))];
            }"""
        )
    )


def crumbled(page: Any) -> list[str]:
    """Texts that stand a letter or a short word to a line, as in a column that another style has made too narrow."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("main *")].filter((e) => {
                const own = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join(" ");
                const box = e.getBoundingClientRect();
                if (own.length < 25 || !box.width || e.closest(".vh, svg, pre")) return false;
                const em = parseFloat(getComputedStyle(e).fontSize);
                return box.width > 2 && box.width < 4 * em && box.height > 8 * em;
            }).map((e) => e.outerHTML.slice(0, 120))"""
        )
    )
