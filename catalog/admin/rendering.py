"""The simple parts of long forms, put together without a template each.

An artifact's form has hundreds of inputs and labels, and Django renders each from templates of its own: more than all
else on the page takes. What comes out is the same but for the order of attributes; a test compares.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString


def _escaped(value: Any) -> str:
    """As templates do it, which ask a tower of wrappers each time."""
    return str(value.__html__() if hasattr(value, "__html__") else escape(str(value)))


def _attrs(attrs: dict[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{_escaped(value)}"'
        for name, value in attrs.items()
        if value is not None and value is not False
    )


def _input(context: dict[str, Any]) -> str:
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{_escaped(widget["value"])}"'
    return f'<input type="{widget["type"]}" name="{_escaped(widget["name"])}"{value}{_attrs(widget["attrs"])}>'


def _textarea(context: dict[str, Any]) -> str:
    widget = context["widget"]
    text = _escaped(widget["value"] or "")
    return f'<textarea name="{_escaped(widget["name"])}"{_attrs(widget["attrs"])}>\n{text}</textarea>'


def _select(context: dict[str, Any]) -> str:
    widget = context["widget"]
    inner = "".join(_group(name, choices) for name, choices, _ in widget["optgroups"])
    return f'<select name="{_escaped(widget["name"])}"{_attrs(widget["attrs"])}>{inner}\n</select>'


def _group(name: str | None, choices: list[dict[str, Any]]) -> str:
    options = "".join(
        f'\n  <option value="{escape(str(one["value"]))}"{_attrs(one["attrs"])}>{_escaped(one["label"])}</option>\n'
        for one in choices
    )
    return f'\n  <optgroup label="{_escaped(name)}">{options}\n  </optgroup>' if name else options


def _label(context: dict[str, Any]) -> str:
    label, tag = _escaped(context["label"]), context["tag"]
    return f"<{tag}{_attrs(context['attrs'])}>{label}</{tag}>" if context["use_tag"] else label


_INPUTS = ("text", "number", "hidden", "checkbox", "date", "email", "input")
_MAKERS: dict[str, Callable[[dict[str, Any]], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "django/forms/label.html": _label,
}


class QuickRenderer(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name.startswith("django/forms/errors/") and not context["errors"]:
            return SafeString("")
        maker = _MAKERS.get(template_name)
        if maker is None:
            return super().render(template_name, context, request)
        return SafeString(maker(context))
