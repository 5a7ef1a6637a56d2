"""Field types and constraints that several models share."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.validators import RegexValidator
from django.db import models

from catalog import slugs
from catalog.storable import unturned

validate_slug = RegexValidator(slugs.PATTERN, "A slug has lowercase letters, digits and single hyphens.")


def sort_key(text: str) -> str:
    """The first 80 characters without case and accents: both databases then sort alike."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text[:200]) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())[:80]


class NameField(models.TextField):
    """What something is called; it stands in sentences, so it is kept without what would turn them around."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def pre_save(self, instance: models.Model, add: bool) -> str:
        text = unturned(getattr(instance, self.attname))
        setattr(instance, self.attname, text)
        return text

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return unturned(value) if isinstance(value, str) else value


class SortKeyField(models.CharField):
    """Keeps `sort_key` of another field beside it, so that lists order by a short, indexed column."""

    def __init__(self, *, source: str = "name", **kwargs: Any) -> None:
        self.source = source
        kwargs.update(max_length=80, editable=False, db_index=True, default="")
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "editable", "db_index", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        key = sort_key(getattr(instance, self.source))
        setattr(instance, self.attname, key)
        return key


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """Choices on a field only guard forms; this guards the table."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": choices.values}), name=name)


def of_the_web(field: str, name: str) -> models.CheckConstraint:
    """Forms look at addresses, imports write many at a time: none that a browser would run gets into the table."""
    return models.CheckConstraint(
        condition=models.Q(**{field: ""})
        | models.Q(**{f"{field}__istartswith": "http://"})
        | models.Q(**{f"{field}__istartswith": "https://"}),
        name=name,
        violation_error_message="An address begins with http:// or https://.",
    )
