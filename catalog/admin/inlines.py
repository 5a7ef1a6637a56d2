"""What hangs on an artifact, edited with it on one screen: facts, offerings with their evidence, prices and more."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.base import TEXTS, Inline, Picking, RowFormSet
from catalog.admin.fields import DAY
from catalog.admin.forms import DeskForm, FactForm, IdentifierForm, OfferingForm
from catalog.choices import PUBLIC_LIFECYCLES
from catalog.confidence import confidence_of
from catalog.desk.standing import others_say
from catalog.factsheet import FACTS, facts_of
from catalog.models import (
    Alias,
    Artifact,
    BenchmarkResult,
    Evidence,
    Fact,
    Identifier,
    Lineage,
    Offering,
    Price,
)
from catalog.pages.dossier.parts import witness_of


class ReasonedFormSet(RowFormSet):
    """What readers are told of a public artifact changes with a reason, which they are told as well."""

    def clean(self) -> None:
        super().clean()
        if self.instance.lifecycle not in PUBLIC_LIFECYCLES or str(self.data.get("why", "")).strip():
            return
        if any(form.has_changed() for form in self.forms):
            raise ValidationError("Readers see this. Say why it changes, in “Why” at the end of the form.")


class IdentifierInline(Inline):
    model = Identifier
    form = IdentifierForm
    classes = ["collapse"]


class AliasFormSet(RowFormSet):
    def clean(self) -> None:
        """Asked here: each of the two alone may have what the same save gives to the other."""
        super().clean()
        for form in self.forms:
            if not (form.is_valid() and form.has_changed()) or form.cleaned_data.get(DELETION_FIELD_NAME):
                continue
            if form.cleaned_data.get("slug") == self.instance.slug:
                form.add_error("slug", "The listing itself has this slug; an alias is another address of it.")


class AliasInline(Inline):
    model = Alias
    formset = AliasFormSet
    classes = ["collapse"]


class FactInline(Inline):
    model = Fact
    form = FactForm
    formset = ReasonedFormSet
    autocomplete_fields = ["source"]
    fields = ["name", "value", "source", "retrieved_on", "origin", "is_locked", "standing"]
    readonly_fields = ["standing"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fact]:
        return super().get_queryset(request).select_related("source").order_by("name", "-is_stated", "id")

    def get_formset(self, request: HttpRequest, obj: Artifact | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        if "name" in formset.form.base_fields:
            specs = facts_of(obj.kind) if obj is not None else list(FACTS.values())
            known = [(spec.name, f"{spec.label}{f', {spec.unit}' if spec.unit else ''}") for spec in specs]
            formset.form.base_fields["name"].widget = FactName(choices=[("", "Choose a fact"), *known])
        return formset

    @admin.display(description="Shown to readers")
    def standing(self, fact: Any) -> str:
        """Whether readers see this value, and what others say."""
        if fact.pk is None:
            return "–"
        said = others_say(fact.artifact).get(fact.pk)
        if said is None:
            return "–"
        if not said.is_open:
            return said.text
        return format_html(
            '{} <a href="{}">Settle it</a>',
            said.text,
            reverse("admin:catalog_dispute", args=[fact.artifact_id, fact.name]),
        )


class FactName(forms.Select):
    """The facts of this kind of artifact; one that it already has stays, whatever the registry says."""

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        groups = super().optgroups(name, value, attrs)
        known = {str(option["value"]) for _, options, _ in groups for option in options}
        extra = [one for one in value if one not in known]
        return groups + [(None, [self.create_option(name, one, one, True, 0)], 99) for one in extra]


class EvidenceForm(DeskForm):
    class Meta:
        model = Evidence
        fields = ["source", "quote", "dated_on", "origin"]
        widgets = {"quote": forms.TextInput(attrs={"class": "vTextField"}), "dated_on": DAY}


class EvidenceFormSet(RowFormSet):
    may_change = True

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values() if not self.may_change and form.instance.pk else ():
            field.disabled = True

    def get_queryset(self) -> Any:
        # Read for all offerings of the form at once.
        return list(self.instance.evidence.all()) if self.instance.pk else []


class OfferingFormSet(RowFormSet):
    """Each offering brings the evidence for it along, and one blank line for more."""

    evidence_class: type[BaseInlineFormSet]

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if form.is_bound and form.evidence.has_changed():
            form.empty_permitted = False  # evidence for an offering without a name would be lost
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        data = self.data if form.is_bound else None
        form.evidence = self.evidence_class(data, instance=form.instance, prefix=f"{form.prefix}-evidence")

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound:
            return
        for form in cast("list[Any]", self.forms):
            if form not in self.deleted_forms and not form.evidence.is_valid():
                form.add_error(None, "Its evidence needs another look.")

    def has_changed(self) -> bool:
        return super().has_changed() or any(form.evidence.has_changed() for form in cast("list[Any]", self.forms))

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        for form in cast("list[Any]", self.forms):
            if form.instance.pk and form not in self.deleted_forms:
                form.evidence.instance = form.instance
                form.evidence.save()
        return saved


class OfferingInline(Picking, admin.StackedInline):
    model = Offering
    form = OfferingForm
    formset = OfferingFormSet
    template = "admin/catalog/artifact/offerings.html"
    formfield_overrides = TEXTS
    extra = 0
    autocomplete_fields = ["capability"]
    readonly_fields = ["confidence"]
    fieldsets = [
        (None, {"fields": ["capability", "title", "description", "confidence"]}),
        (
            "What it takes, gives, needs and gets wrong",
            {
                # Not side by side: Django would leave a fold closed over the error of a field in a pair.
                "classes": ["collapse"],
                "fields": [
                    "unique", "intents", "best_for", "limitations", "requires", "input_types", "output_types",
                    "failure_modes", "taken_apart_by", "position",
                ],
            },
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offering]:
        rows = super().get_queryset(request).select_related("capability")
        return rows.prefetch_related("evidence__source").order_by("position", "id")

    def get_formset(self, request: HttpRequest, obj: Artifact | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        may = {verb: request.user.has_perm(f"catalog.{verb}_evidence") for verb in ("add", "change", "delete")}
        formset.evidence_class = inlineformset_factory(
            Offering,
            Evidence,
            form=EvidenceForm,
            formset=EvidenceFormSet,
            extra=int(may["add"]),
            edit_only=not may["add"],
            can_delete=may["delete"],
            formfield_callback=lambda field, **kw: EvidencePicking(Evidence, self.admin_site).formfield_for_dbfield(
                field, request, **kw
            ),
        )
        formset.evidence_class.may_change = may["change"]
        return formset

    @admin.display(description="How sure")
    def confidence(self, offering: Any) -> str:
        if offering.pk is None:
            return "It follows from the evidence."
        owner = offering.artifact.publisher_id
        found = confidence_of(
            [witness_of(row, row.source, owner) for row in offering.evidence.all()], timezone.now().date()
        )
        return f"{found.label}. {found.reason}"


class EvidencePicking(Picking, admin.options.BaseModelAdmin):
    autocomplete_fields = ["source"]

    def __init__(self, model: Any, admin_site: Any) -> None:
        self.model, self.opts, self.admin_site = model, model._meta, admin_site
        super().__init__()

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return ["source"]


class PriceInline(Inline):
    model = Price
    formset = ReasonedFormSet
    autocomplete_fields = ["source"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        return super().get_queryset(request).select_related("source")


class BenchmarkResultInline(Inline):
    model = BenchmarkResult
    formset = ReasonedFormSet
    fk_name = "artifact"
    autocomplete_fields = ["source", "benchmark_artifact"]
    classes = ["collapse"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BenchmarkResult]:
        return super().get_queryset(request).select_related("source", "benchmark_artifact")


class LineageInline(Inline):
    model = Lineage
    fk_name = "artifact"
    autocomplete_fields = ["parent", "source"]
    classes = ["collapse"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lineage]:
        return super().get_queryset(request).select_related("parent", "source")
