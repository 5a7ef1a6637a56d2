"""JSON columns that can be stored: JSON can escape characters that no page and no PostgreSQL can hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput

from catalog.storable import is_unstorable


class StorableJSONField(forms.JSONField):
    """Also shows the refused text as it was sent: unescaped it could not even be shown."""

    def to_python(self, value: Any) -> Any:
        try:
            parsed = super().to_python(value)
        except RecursionError:
            raise ValidationError("This is nested too deeply.") from None
        if is_unstorable(parsed):
            raise ValidationError("This holds a null character or half a character, which cannot be stored.")
        return parsed

    def bound_data(self, data: Any, initial: Any) -> Any:
        bound = super().bound_data(data, initial)
        return InvalidJSONInput(data) if is_unstorable(bound) else bound
