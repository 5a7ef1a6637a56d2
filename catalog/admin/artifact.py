from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from catalog.admin import inlines
from catalog.admin.base import HistoryAdmin, WithdrawnNotDeleted, editor_of
from catalog.admin.bulk import BulkActions
from catalog.admin.forms import ArtifactForm
from catalog.admin.history import history_page, restore_page
from catalog.admin.offered import OfferedActions
from catalog.admin.preview import preview_page
from catalog.admin.readiness import EvidenceFilter, ReadyFilter, SourceFilter
from catalog.admin.steps import open_steps, step_page
from catalog.admin.tables import Tables
from catalog.choices import Lifecycle, PriceClass
from catalog.desk import workflow
from catalog.desk.completeness import lacks_of
from catalog.models import Artifact, Category, Publisher
from catalog.publishing import rename_slug

#: The form in the order in which one thinks: key, title, and what of the form stands there.
PARTS = (
    ("identity", "Identity", ("identity",), (inlines.IdentifierInline, inlines.AliasInline)),
    ("what", "What it is", ("what",), ()),
    ("facts", "Facts", (), (inlines.FactInline,)),
    ("offerings", "Capabilities", (), (inlines.OfferingInline,)),
    ("prices", "Prices", ("price",), (inlines.PriceInline,)),
    ("results", "Benchmarks", (), (inlines.BenchmarkResultInline,)),
    ("lineage", "Lineage", (), (inlines.LineageInline,)),
    ("shelves", "Categories", ("shelves",), ()),
    ("history", "Where it stands", ("history",), ()),
)


@admin.register(Artifact)
class ArtifactAdmin(WithdrawnNotDeleted, BulkActions, OfferedActions, Tables, HistoryAdmin):
    actions = [*BulkActions.actions, "take_apart"]
    form = ArtifactForm
    change_form_template = "admin/catalog/artifact/change_form.html"
    list_display = ["name", "kind", "lifecycle", "publisher", "licence", "offering_count", "disputed_count"]
    list_filter = ["lifecycle", SourceFilter, ReadyFilter, EvidenceFilter, "kind", "licence_class", "price_class"]
    list_select_related = ["publisher"]
    search_fields = ["sort_name", "slug"]
    autocomplete_fields = ["publisher", "categories"]
    prepopulated_fields = {"slug": ["name"]}
    #: Where an artifact stands is moved by steps, which ask for what each needs; what is computed says out of what.
    readonly_fields = [
        "licence_said", "price_said", "lifecycle", "publish_at", "published_at", "deprecated_by", "withdrawn_reason",
        "merged_into", "facts_changed_at", "verified_until",
    ]  # fmt: skip
    fieldsets = [
        (None, {"classes": ["identity"], "fields": ["name", "slug", "kind", "publisher", "homepage", "repository"]}),
        (None, {"classes": ["what"], "fields": ["tagline", "description", "licence", "licence_said"]}),
        (None, {"classes": ["price"], "fields": ["price_said"]}),
        (None, {"classes": ["shelves"], "fields": ["categories"]}),
        (
            None,
            {
                "classes": ["history"],
                "fields": [
                    "lifecycle", "published_at", "publish_at", "deprecated_by", "withdrawn_reason", "merged_into",
                    "facts_changed_at", "verified_until", "why",
                ]
            },
        ),
    ]  # fmt: skip
    inlines = [inline for _, _, _, those in PARTS for inline in those]
    ordering = ["sort_name", "id"]

    def get_fieldsets(self, request: HttpRequest, obj: Artifact | None = None) -> Any:
        """Of where it stands, what there is something to say of."""
        *others, (title, options) = self.fieldsets
        names: list[str] = list(options["fields"])  # type: ignore[arg-type]
        shown = [name for name in names if name == "why" or (obj is not None and getattr(obj, name))]
        return [*others, (title, {**options, "fields": shown})]

    @admin.display(description="Licence class")
    def licence_said(self, artifact: Artifact) -> str:
        if not artifact.licence:
            return "Unknown: no licence is given."
        return f"{artifact.get_licence_class_display()}, as {artifact.licence} is."

    @admin.display(description="Price class")
    def price_said(self, artifact: Artifact) -> str:
        reasons = {
            PriceClass.UNKNOWN: "no price is known today",
            PriceClass.FREE: "every price of today is nothing",
            PriceClass.PAID: "every price of today asks for money",
            PriceClass.FREE_AND_PAID: "some prices of today are nothing and some ask for money",
        }
        return f"{artifact.get_price_class_display()}: {reasons[PriceClass(artifact.price_class)]}."

    def get_urls(self) -> list[Any]:
        def page(address: str, view: Any, name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=name)

        return [
            page("<int:pk>/step/<slug:verb>/", step_page, "catalog_artifact_step"),
            page("<int:pk>/preview/", preview_page, "catalog_artifact_preview"),
            page("<int:pk>/history/", history_page, "catalog_artifact_history"),
            page("<int:pk>/history/<int:number>/restore/", restore_page, "catalog_artifact_restore"),
            *super().get_urls(),
        ]

    def history_form_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The library's page reverts the listing without its rows; ours restores both."""
        return HttpResponseRedirect(reverse("admin:catalog_artifact_history", args=[object_id]))

    def view_on_site(self, obj: Artifact) -> str | None:
        """A draft has no page; its preview stands among the steps."""
        return obj.get_absolute_url() if obj.published_at is not None else None

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Artifact | None = None,
    ) -> HttpResponse:
        fieldsets = {fieldset.classes: fieldset for fieldset in context["adminform"]}
        formsets = {type(formset.opts): formset for formset in context["inline_admin_formsets"]}
        context["parts"] = [
            {
                "key": key,
                "title": title,
                "fieldsets": [fieldsets[name] for name in names if name in fieldsets],
                "formsets": [formsets[inline] for inline in those if inline in formsets],
            }
            for key, title, names, those in PARTS
        ]
        if obj is not None:
            steps = list(open_steps(request, obj))
            verbs = {step.verb for step, _ in steps}
            context |= {
                "steps": steps,
                "lacks": lacks_of(obj),
                "notes": obj.review_steps.select_related("by").order_by("-id")[:5],
                "can_publish": "publish" in verbs and not workflow.needs_second_editor(obj, editor_of(request)),
                "can_submit": "submit" in verbs,
            }
        elif request.user.has_perm("catalog.publish_artifact"):
            context |= {"can_publish": True, "can_submit": True}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Artifact, form: Any, change: bool) -> None:
        slug = obj.slug
        if change and "slug" in form.changed_data:  # the old address redirects
            obj.slug = form.initial["slug"]
            rename_slug(obj, slug)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Artifact, post_url_continue: str | None = None) -> HttpResponse:
        return self._moved(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Artifact) -> HttpResponse:
        return self._moved(request, obj) or super().response_change(request, obj)

    def _moved(self, request: HttpRequest, obj: Artifact) -> HttpResponse | None:
        """“Save and publish”: what was typed is kept in any case; what still lacks is named on top of the form."""
        moves = {"_publish": ("publish", workflow.publish), "_submit": ("submit", workflow.submit)}
        asked = next((name for name in moves if name in request.POST), None)
        if asked is None:
            return None
        verb, move = moves[asked]
        done = {"publish": "published", "submit": "submitted"}
        fresh = Artifact.objects.get(pk=obj.pk)
        may = {step.verb for step, _ in open_steps(request, fresh)}
        try:
            if verb not in may:
                raise workflow.CannotMove("That step is not open to you.")
            move(fresh, by=editor_of(request), note=request.POST.get("why", ""))
        except workflow.CannotMove as error:
            self.message_user(request, f"Saved, but not {done[verb]}. {error}", messages.WARNING)
        else:
            now = {Lifecycle.PUBLISHED: "is published", Lifecycle.IN_REVIEW: "is in review"}
            self.message_user(request, f"{fresh.name[:100]} {now[Lifecycle(fresh.lifecycle)]}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:catalog_artifact_change", args=[obj.pk]))


@admin.register(Publisher)
class PublisherAdmin(HistoryAdmin):
    list_display = ["name", "slug", "homepage"]
    search_fields = ["name", "slug"]
    ordering = ["name", "id"]


@admin.register(Category)
class CategoryAdmin(HistoryAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    ordering = ["name", "id"]
