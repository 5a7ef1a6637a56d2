"""Fields and widgets of the desk's forms: pickers that can make what they lack, lists as lines, facts in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput

from catalog import values
from catalog.admin.storable import StorableJSONField
from catalog.desk import making

#: What a picker sends for something that is not there yet; see site/js/pickers.js.
NEW = "new:"
#: The browser's own calendar: by keyboard, in the reader's language, without a script.
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Picker(AutocompleteSelect):
    """Django's autocomplete, which asks the database for each chosen row's name only where nobody has told it."""

    def __init__(self, field: Any, admin_site: Any, *, creates: bool = False, **kwargs: Any) -> None:
        super().__init__(field, admin_site, **kwargs)
        self.creates = creates
        self.known: dict[str, str] = {}

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        return attrs | ({"data-creates": "true"} if self.creates else {})

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        chosen = next((str(one) for one in value if str(one) not in ("", "None")), "")
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        if chosen.startswith(NEW):
            options.append(self.create_option(name, chosen, f"{chosen.removeprefix(NEW)} (new)", True, 1))
        elif chosen:
            label = self.known.get(chosen) or self._label(chosen)
            if label is not None:
                options.append(self.create_option(name, chosen, label, True, 1))
        return [(None, options, 0)]

    def _label(self, chosen: str) -> str | None:
        try:
            row = self.choices.queryset.filter(pk=chosen).first()
        except (TypeError, ValueError, OverflowError):
            return None
        return None if row is None else str(row)

    @property
    def media(self) -> forms.Media:
        # One list, so that ours comes after the script that it changes.
        django: Any = super().media
        return forms.Media(js=[*django._js, "site/js/pickers.js"], css=django._css)


class PickedField(forms.ModelChoiceField):
    """A row of another table: one that is there or, where `make` is set, one that is typed."""

    make: Callable[[str], models.Model] | None = None

    def to_python(self, value: Any) -> Any:
        if not (isinstance(value, str) and value.startswith(NEW)):
            return super().to_python(value)
        if self.make is None:
            raise ValidationError("Choose one that is there; to make a new one you need the right to.")
        try:
            made = self.make(value.removeprefix(NEW))
        except making.CannotMake as error:
            raise ValidationError(str(error)) from error
        made._typed = value  # type: ignore[attr-defined]
        return made


def is_key(sent: Any) -> bool:
    """Whether a database can be asked for it."""
    return str(sent).isdecimal() and len(str(sent)) < 19


class ManyPicker(AutocompleteSelectMultiple):
    """Django's, which asks the database for whatever was sent, and falls over what is no key."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_key(one)], attrs)


class PickedManyField(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        if isinstance(value, list | tuple) and (strange := next((one for one in value if not is_key(one)), None)):
            said = self.error_messages["invalid_pk_value"]
            raise ValidationError(said, code="invalid_pk_value", params={"pk": str(strange)[:60]})
        return super().clean(value)


class LinesField(forms.CharField):
    """A browser sends a text's lines with \r\n; kept like that, every save would look like a change."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class PlainDecimalField(forms.DecimalField):
    def prepare_value(self, value: Any) -> Any:
        """0.5, and not 5E-1 or 0.500000000000."""
        if not isinstance(value, Decimal):
            return value
        return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


class ListField(StorableJSONField):
    """A JSON list that is written as words; JSON itself is taken too, for what words cannot say."""

    widget = forms.Textarea(attrs={"rows": 2, "cols": 40})

    def __init__(self, *args: Any, reads: Callable[[str], list[Any]], writes: Callable[[list[Any]], str], **kw: Any):
        self.reads, self.writes = reads, writes
        super().__init__(*args, **kw)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip()[:1] not in ("[", "{", '"'):
            if "\x00" in value:
                raise ValidationError("This holds a null character, which cannot be stored.")
            return self.reads(value)
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, InvalidJSONInput | str):
            return value
        if isinstance(value, list):
            try:
                text = self.writes(value)
            except (AttributeError, TypeError):
                return super().prepare_value(value)
            if self.reads(text) == value and text.strip()[:1] not in ("[", "{", '"'):
                return text
        return super().prepare_value(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        # As it was sent: half a line of JSON would otherwise come back in another form than it was typed.
        return initial if self.disabled else data

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


def _lines(value: Iterable[Any]) -> str:
    return "\n".join(value)


def _words(value: Iterable[Any]) -> str:
    return ", ".join(value)


#: Field of an offering -> how it is read and written, and what to say of it.
LISTS: dict[str, dict[str, Any]] = {
    **{
        name: {"reads": values.lines, "writes": _lines, "help_text": "One a line."}
        for name in ("intents", "best_for", "limitations", "requires")
    },
    **{
        name: {
            "reads": values.data_types,
            "writes": _words,
            "help_text": "Parted by commas: text, code, image and the like.",
            "widget": forms.TextInput(attrs={"class": "vTextField"}),
        }
        for name in ("input_types", "output_types")
    },
    "failure_modes": {
        "reads": values.failures,
        "writes": values.failures_written,
        "help_text": "One a line: what goes wrong | rare, occasional, common or unknown | what helps.",
    },
}


def list_field(name: str, label: str) -> ListField:
    return ListField(required=False, label=label, **LISTS[name])
