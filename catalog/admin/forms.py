"""What the desk's forms refuse, as the import of catalog files does: values that no page could show.

Columns of JSON take anything by themselves. Everything below them trusts their shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.fields import InvalidJSONInput

from catalog import licences
from catalog.choices import DataType, Frequency
from catalog.factsheet import FACTS, CannotAccept
from catalog.identity import CannotIdentify, identity_key
from catalog.models import Alias, Artifact, Capability, CapabilityAlias, Fact, Identifier, Offering, Synonym
from catalog.models.fields import sort_key

LONGEST = 300  # characters, as in catalog files
#: JSON can escape these; pages and PostgreSQL cannot hold them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class StorableJSONField(forms.JSONField):
    """Also shows the refused text as it was sent: unescaped it could not even be shown."""

    def to_python(self, value: Any) -> Any:
        parsed = super().to_python(value)
        if _is_unstorable(parsed):
            raise ValidationError("This holds a null character or half a character, which cannot be stored.")
        return parsed

    def bound_data(self, data: Any, initial: Any) -> Any:
        bound = super().bound_data(data, initial)
        return InvalidJSONInput(data) if _is_unstorable(bound) else bound


def _is_unstorable(value: Any) -> bool:
    return any(_UNSTORABLE.search(text) for text in _texts_in(value))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)
    elif isinstance(value, dict):
        yield from _texts_in([*value.keys(), *value.values()])


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST


def _is_failure_mode(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"mode", "frequency", "mitigation"}
        and _is_text(value.get("mode"))
        and value.get("frequency", Frequency.UNKNOWN) in Frequency.values
        and isinstance(value.get("mitigation", ""), str)
    )


def _is_type(value: Any) -> bool:
    return isinstance(value, str) and value in DataType.values


_TEXTS = f"This takes a list of texts of at most {LONGEST} characters."
_TYPES = f"This takes a list out of {', '.join(DataType.values)}."
_FAILURES = 'This takes a list of {"mode", "frequency", "mitigation"}.'
#: Field -> what each entry must be, and what to say otherwise.
_LISTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("intents", "best_for", "limitations", "requires"), (_is_text, _TEXTS)),
    **dict.fromkeys(("input_types", "output_types"), (_is_type, _TYPES)),
    "failure_modes": (_is_failure_mode, _FAILURES),
}


class OfferingForm(forms.ModelForm):
    class Meta:
        model = Offering
        fields = "__all__"  # noqa: DJ007 - whoever may open the desk may change all of it

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, (fits, complaint) in _LISTS.items():
            if name not in cleaned:
                continue
            value = cleaned[name] = [] if cleaned[name] is None else cleaned[name]  # an emptied field
            if not isinstance(value, list) or not all(fits(one) for one in value):
                self.add_error(name, complaint)
        return cleaned


class FactForm(forms.ModelForm):
    class Meta:
        model = Fact
        fields = "__all__"  # noqa: DJ007 - as above

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # A fact that the registry no longer knows may stay as it is.
        if not {"name", "value"} & set(self.changed_data) or not {"name", "value"} <= set(cleaned):
            return cleaned
        spec = FACTS.get(cleaned["name"])
        artifact: Artifact | None = cleaned.get("artifact") or getattr(self.instance, "artifact", None)
        if spec is None:
            self.add_error("name", f"There is no fact “{cleaned['name']}”; there are {', '.join(FACTS)}.")
        elif artifact is not None and artifact.kind not in spec.kinds:
            self.add_error("name", f"{spec.label} is no fact of this kind of artifact.")
        else:
            try:
                cleaned["value"] = spec.clean(cleaned["value"])
            except CannotAccept as error:
                self.add_error("value", str(error))
        return cleaned


class IdentifierForm(forms.ModelForm):
    """Ids are compared in a form of their own, which tells listings of one thing from one another."""

    class Meta:
        model = Identifier
        fields = ["scheme", "value"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"scheme", "value"} <= set(cleaned):
            try:
                self.instance.key = identity_key(cleaned["scheme"], cleaned["value"])
            except CannotIdentify as error:
                raise ValidationError(str(error)) from error
            same = Identifier.objects.filter(scheme=cleaned["scheme"], key=self.instance.key)
            other = same.exclude(pk=self.instance.pk).select_related("artifact").first()
            if other is not None:
                raise ValidationError(f"{other.artifact} has this id already: one of the two listings is too many.")
        return cleaned


class SynonymForm(forms.ModelForm):
    """Each word belongs to one capability."""

    class Meta:
        model = Synonym
        fields = ["text"]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        key = sort_key(text)
        taken = Synonym.objects.filter(key=key).exclude(pk=self.instance.pk).select_related("capability").first()
        named = Capability.objects.live().filter(sort_name=key).first()
        if taken is not None or named is not None:
            raise ValidationError(f"“{text}” is a word for “{taken.capability if taken else named}” already.")
        return text


class CapabilityForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """Renaming keeps the old address; what another one's old address is cannot be taken."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        taken = CapabilityAlias.objects.filter(Q(slug=cleaned.get("slug")) | Q(key=cleaned.get("key"))).exclude(
            capability=self.instance.pk
        )
        if (other := taken.select_related("capability").first()) is not None:
            raise ValidationError(f"“{other}” redirects to “{other.capability}”; remove that first.")
        return cleaned


class ArtifactForm(forms.ModelForm):
    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if Alias.objects.filter(slug=slug).exclude(artifact=self.instance.pk).exists():
            raise ValidationError("This slug redirects to another artifact; remove it there first.")
        return slug

    def clean_licence(self) -> str:
        expression: str = self.cleaned_data["licence"]
        try:
            licences.class_of(expression)
        except licences.CannotRead as error:
            raise ValidationError(str(error)) from error
        return licences.canonical(expression)
