"""For the page of API docs: descriptions are plain sentences with `code` and *stress* in them."""

from __future__ import annotations

import re

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()

_MARKS = re.compile(r"(`[^`]+`|\*[^*]+\*)")


@register.filter
def sentence(text: str) -> str:
    """Escaped, with the two marks as elements."""
    return format_html_join("", "{}", ((_marked(part),) for part in _MARKS.split(text)))


def _marked(part: str) -> str:
    if len(part) > 2 and part[0] == part[-1] == "`":
        return format_html("<code>{}</code>", part[1:-1])
    if len(part) > 2 and part[0] == part[-1] == "*":
        return format_html("<em>{}</em>", part[1:-1])
    return part
