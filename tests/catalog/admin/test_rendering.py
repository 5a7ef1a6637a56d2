"""Widgets that are put together without templates come out as Django's own do."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.safestring import SafeString

from catalog.admin.rendering import QuickRenderer

CHOICES = [("", "None yet"), ("a&b", "A < B"), (3, "Three"), ("Group <1>", [("x", "X"), ("y", "Y")])]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.TextInput(attrs={"class": 'a"b', "size": 4}), 'He said "<b>" & left'),
        (forms.TextInput(), None),
        (forms.TextInput(), ""),
        (forms.NumberInput(attrs={"step": "any"}), 1_000_000),
        (forms.HiddenInput(), 7),
        (forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), "2026-06-01"),
        (forms.CheckboxInput(attrs={"aria-label": "Lock"}), True),
        (forms.CheckboxInput(), False),
        (forms.Textarea(attrs={"rows": 2, "required": True, "hidden": False}), "\n<script>\nlines & more"),
        (forms.Textarea(), None),
        (forms.Select(choices=CHOICES), "a&b"),
        (forms.Select(choices=CHOICES, attrs={"id": "one"}), "y"),
        (forms.Select(choices=CHOICES), None),
        (forms.SelectMultiple(choices=CHOICES), ["x", 3]),
        (forms.RadioSelect(choices=CHOICES[:2]), ""),
    ],
)
def test_each_widget_comes_out_the_same(widget: Any, value: Any) -> None:
    attrs = {"id": "id_some"}
    ours = widget.render("some", value, attrs, renderer=QuickRenderer())
    assert parse_html(ours) == parse_html(widget.render("some", value, attrs, renderer=DjangoTemplates()))


def test_texts_keep_their_white_space() -> None:
    text = "\n  two\n\n lines "
    widget = forms.Textarea()
    assert widget.render("t", text, renderer=QuickRenderer()) == widget.render("t", text, renderer=DjangoTemplates())


class Example(forms.Form):
    some = forms.CharField(label="<b>A & B</b>", required=True)


@pytest.mark.parametrize("data", [None, {}, {"some": "x"}])
@pytest.mark.parametrize("attrs", [None, {"class": 'a"b', "data-x": True, "hidden": False}])
def test_labels_and_errors_come_out_the_same(data: Any, attrs: dict[str, Any] | None) -> None:
    """With and without errors; what is in a label is text."""
    ours, its = (Example(data, renderer=renderer()) for renderer in (QuickRenderer, DjangoTemplates))
    assert parse_html(ours["some"].label_tag(attrs=attrs)) == parse_html(its["some"].label_tag(attrs=attrs))
    assert "<b>" not in ours["some"].label_tag()
    assert str(ours["some"].errors) == str(its["some"].errors)
    assert str(ours.non_field_errors()) == str(its.non_field_errors())


def test_what_is_marked_safe_stays_and_all_else_is_escaped() -> None:
    attrs = {"title": SafeString("&amp;"), "data-x": "<&'\">"}
    ours = forms.TextInput().render("t", "'", attrs, renderer=QuickRenderer())
    assert 'title="&amp;" data-x="&lt;&amp;&#x27;&quot;&gt;"' in ours
    assert 'value="&#x27;"' in ours
