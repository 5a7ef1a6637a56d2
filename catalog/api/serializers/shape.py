"""How an answer's shape and its making stand together.

The fields of a `Shape` are its public description; `made_by` has one function a field that makes its value. DRF's own
walk over declared fields takes about five times as long, which shows in lists. A test holds the two against each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rest_framework import serializers

from catalog.api.addresses import Addresses


@dataclass(frozen=True)
class Making:
    """What making a value may depend on besides the thing itself."""

    addresses: Addresses
    now: dt.datetime
    #: The fields that were asked for; None for all.
    fields: frozenset[str] | None = None


Maker = Callable[[Any, Making], Any]


class Shape(serializers.Serializer):
    made_by: ClassVar[Mapping[str, Maker]] = {}

    def get_fields(self) -> dict[str, serializers.Field]:
        """None is required: `fields=` leaves out what was not asked for."""
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields

    def to_representation(self, instance: Any) -> dict[str, Any]:
        making: Making = self.context["making"]
        if making.fields is None:
            return {name: make(instance, making) for name, make in self.made_by.items()}
        return {name: make(instance, making) for name, make in self.made_by.items() if name in making.fields}


def words(help_text: str, **options: Any) -> serializers.CharField:
    return serializers.CharField(help_text=help_text, **options)


def lines(help_text: str) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), help_text=help_text)


def address(help_text: str, **options: Any) -> serializers.CharField:
    return serializers.URLField(help_text=help_text, **options)
