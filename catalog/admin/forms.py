"""What the desk's forms refuse, as the import of catalog files does: values that no page could show.

Columns of JSON take anything by themselves. Everything below them trusts their shape.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.forms.utils import ErrorDict

from catalog import licences, values
from catalog.admin.fields import PickedField, Picker, list_field
from catalog.admin.rendering import QuickRenderer
from catalog.choices import DataType, Frequency
from catalog.factsheet import FACTS, CannotAccept
from catalog.identity import CannotIdentify, identity_key
from catalog.models import Alias, Artifact, Capability, CapabilityAlias, Fact, Identifier, Offering, Synonym
from catalog.models.fields import sort_key
from catalog.storable import is_unstorable

LONGEST = 300  # characters, as in catalog files


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


class DeskForm(forms.ModelForm):
    """Knows the names of what its pickers show, and saves what was typed into them just before itself."""

    default_renderer = QuickRenderer()
    #: Set for a row that stands in the database: left alone, it need not be checked against the database again.
    may_rest = False
    #: Set where the database has refused what was sent: the form comes back with it.
    clash = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cached = self.instance._state.fields_cache
        for name, field in self.fields.items():
            # In the tables of rows, the head of the column is no label to a screen reader.
            field.widget.attrs.setdefault("aria-label", field.label or name.replace("_", " "))
            if isinstance(field.widget, Picker) and (row := cached.get(name)) is not None:
                field.widget.known = {str(row.pk): str(row)}

    def full_clean(self) -> None:
        if not (self.may_rest and self.is_bound) or self.has_changed():
            super().full_clean()
            return
        self._errors: Any = ErrorDict(renderer=self.renderer)
        # As stored, with keys for rows: what the form's new rows are compared with.
        stored = {field.name: getattr(self.instance, field.attname) for field in self.instance._meta.concrete_fields}
        self.cleaned_data = {name: stored[name] for name in self.fields if name in stored}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.clash:
            raise ValidationError(self.clash)
        return cleaned

    @property
    def _made(self) -> dict[str, Any]:
        """What the pickers were given that is not saved yet."""
        cleaned = getattr(self, "cleaned_data", {})
        picked = (name for name, field in self.fields.items() if isinstance(field, PickedField))
        rows = {name: cleaned.get(name) for name in picked}
        # In a form that may only be looked at, Django puts keys where rows are expected.
        return {name: row for name, row in rows.items() if isinstance(row, Model) and row.pk is None}

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | set(self._made)  # type: ignore[misc]

    def save(self, commit: bool = True) -> Any:
        for name, row in self._made.items():
            # Two lines of one form may have been given the same new thing: the first one's is there by now.
            again: Any = self.fields[name].to_python(row._typed)
            if again.pk is None:
                again.save()
            setattr(self.instance, name, again)
        return super().save(commit)


class OfferingForm(DeskForm):
    intents = list_field("intents", "Intents")
    best_for = list_field("best_for", "Best for")
    limitations = list_field("limitations", "Limitations")
    requires = list_field("requires", "Requires")
    input_types = list_field("input_types", "Takes")
    output_types = list_field("output_types", "Gives")
    failure_modes = list_field("failure_modes", "Failure modes")

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


class FactForm(DeskForm):
    #: As words and numbers; `clean` reads it, which knows of what type the fact is.
    value = forms.CharField(max_length=4_000, widget=forms.TextInput(attrs={"size": 24}))

    class Meta:
        model = Fact
        fields = "__all__"  # noqa: DJ007 - as above

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["value"] = values.written(self.instance.value)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"name", "value"} <= set(cleaned):
            return cleaned
        # A fact that the registry no longer knows may stay as it is.
        if not {"name", "value"} & set(self.changed_data):
            cleaned["value"] = self.instance.value
            return cleaned
        spec = FACTS.get(cleaned["name"])
        artifact: Artifact | None = cleaned.get("artifact") or getattr(self.instance, "artifact", None)
        if spec is None:
            self.add_error("name", f"There is no fact “{cleaned['name']}”; there are {', '.join(FACTS)}.")
        elif artifact is not None and artifact.kind not in spec.kinds:
            self.add_error("name", f"{spec.label} is no fact of this kind of artifact.")
        else:
            try:
                cleaned["value"] = values.read(spec, cleaned["value"])
                if is_unstorable(cleaned["value"]):
                    self.add_error("value", "This holds a null character or half a character, which cannot be stored.")
            except CannotAccept as error:
                self.add_error("value", str(error))
        return cleaned


class IdentifierForm(DeskForm):
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


class SynonymForm(DeskForm):
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


class CapabilityForm(DeskForm):
    def clean(self) -> dict[str, Any]:
        """Renaming keeps the old address; what another one's old address is cannot be taken."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        taken = CapabilityAlias.objects.filter(Q(slug=cleaned.get("slug")) | Q(key=cleaned.get("key"))).exclude(
            capability=self.instance.pk
        )
        if (other := taken.select_related("capability").first()) is not None:
            raise ValidationError(f"“{other}” redirects to “{other.capability}”; remove that first.")
        return cleaned


class ArtifactForm(DeskForm):
    why = forms.CharField(
        required=False,
        label="Why",
        help_text="Readers see it. Asked for when a fact, price or result of a public artifact changes.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

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
