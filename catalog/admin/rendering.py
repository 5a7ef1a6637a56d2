"""The simple widgets of long forms, put together without a template each.

An artifact's form has hundreds of inputs, and Django renders each from two templates of its own: more than all else on
the page takes. What comes out is the same but for the order of attributes; a test compares.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def _input(widget: dict[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    attrs = flatatt(widget["attrs"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attrs)


def _textarea(widget: dict[str, Any]) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], flatatt(widget["attrs"]), widget["value"] or ""
    )


def _select(widget: dict[str, Any]) -> SafeString:
    groups = (_group(name, choices) for name, choices, _ in widget["optgroups"])
    inner = format_html_join("", "{}", ((group,) for group in groups))
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], flatatt(widget["attrs"]), inner)


def _group(name: str | None, choices: list[dict[str, Any]]) -> SafeString:
    options = format_html_join(
        "",
        '\n  <option value="{}"{}>{}</option>\n',
        ((str(choice["value"]), flatatt(choice["attrs"]), choice["label"]) for choice in choices),
    )
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, options) if name else options


_INPUTS = ("text", "number", "hidden", "checkbox", "date", "email", "input")
_MAKERS: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}


class QuickRenderer(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        maker = _MAKERS.get(template_name)
        return super().render(template_name, context, request) if maker is None else maker(context["widget"])
