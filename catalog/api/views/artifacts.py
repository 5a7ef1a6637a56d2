"""/api/v1/artifacts/: the list, with the filters of the pages; the feed of changes; one artifact with all about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import F, IntegerField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.http import HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import (
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from catalog.api import examples
from catalog.api.answers import conditional
from catalog.api.errors import Gone
from catalog.api.paging import ID, Cursor, Key, Order, Segment, by_key, by_name, page_of
from catalog.api.parameters import Parameters
from catalog.api.serializers.artifact import ArtifactRowSerializer, TombstoneSerializer, tombstone
from catalog.api.serializers.dossier import FIELDS_OF_THE_ROW, ArtifactSerializer, Subject
from catalog.api.views.listing import (
    PAGING,
    SLUG,
    CatalogViewSet,
    cursor_parameter,
    fields_parameter,
    limit_parameter,
    moved_to,
    shaped,
)
from catalog.choices import PUBLIC_LIFECYCLES, DataType, Kind, LicenceClass, Lifecycle, PriceClass
from catalog.filters import ArtifactFilterSet
from catalog.models import Alias, Artifact, Generation
from catalog.pages.dossier import dossier_of
from catalog.querysets import ArtifactQuerySet

SORTS = ("name", "new", "changed", "rank")
#: By the lower end of the band: an uncertain rank does not lead. Ranks of different kinds do not compare, so a list of
#: several kinds goes by the percentile within the kind.
ORDERS: dict[str, Order] = {
    order.name: order
    for order in (
        by_name(),
        by_key("new", "published_at", "moment"),
        by_key("changed", "facts_changed_at", "moment"),
        by_key("rank", "standing_low", "number"),
        by_key("percentile", "standing_percentile", "number"),
        Order("feed", (Segment((Key("facts_changed_at", "moment"), ID)),)),
    )
}
BY_RANK = ("rank", "percentile")
#: What a row and its cursor read. Half of a row's cost is filling models, so nothing else comes along.
COLUMNS = (
    *("slug", "name", "sort_name", "kind", "tagline", "licence", "licence_class", "price_class", "lifecycle"),
    *("offering_count", "disputed_count", "published_at", "facts_changed_at", "verified_until"),
    *("publisher__slug", "publisher__name"),
    *("headline_price__amount", "headline_price__currency", "headline_price__per", "headline_price__meter"),
)
NUMBER_OF_GENERATION = f"SELECT number FROM {Generation._meta.db_table} WHERE id = %s"  # noqa: S608  our own name
#: A list narrowed by verification is looked at anew so often: an owner's proof may lapse without any change.
VERIFIED_HOLDS = dt.timedelta(minutes=5)

LIST_PARAMETERS = [
    OpenApiParameter(
        "sort",
        {"type": "string", "enum": list(SORTS), "default": "name"},
        description="By name; the newest first; the last changed first; or by rank: within one kind by the lower end "
        "of the band, across kinds by the percentile within the kind, because ranks of different kinds do not compare.",
    ),
    OpenApiParameter(
        "changed_since",
        {"type": "string", "format": "date-time"},
        description="Only what changed after this moment, the oldest change first, with a tombstone for each artifact "
        "that is no longer public. It has its own order: `sort` is ignored.",
    ),
    limit_parameter(),
    cursor_parameter(),
    fields_parameter(ArtifactRowSerializer, "slug,name,rank"),
]
SLUG_OF_ONE = {"type": "string", "pattern": f"^{SLUG}$"}
#: What each filter takes, in the order of the docs.
for _name, _takes, _description in (
    (
        "q",
        {"type": "string", "maxLength": 200, "pattern": "^[^\\x00]*$"},
        "All of these words, in name, tagline, publisher, alias, or the name or synonym of a capability it offers.",
    ),
    ("kind", {"type": "string", "enum": Kind.values}, "Of any of these kinds."),
    ("category", SLUG_OF_ONE, "On any of these shelves, by slug."),
    ("capability", SLUG_OF_ONE, "Offering all of these capabilities, by slug."),
    ("price", {"type": "string", "enum": PriceClass.values}, "In any of these price classes. Unknown is not free."),
    ("licence", {"type": "string", "enum": LicenceClass.values}, "In any of these licence classes."),
    ("input", {"type": "string", "enum": DataType.values}, "Taking all of these types."),
    ("output", {"type": "string", "enum": DataType.values}, "Giving all of these types."),
    ("verified", {"type": "boolean"}, "Whether an owner's proof stands right now."),
    ("lifecycle", {"type": "string", "enum": [v.value for v in PUBLIC_LIFECYCLES]}, "In any of these states."),
):
    extend_schema_field({**_takes, "description": _description})(ArtifactFilterSet.base_filters[_name])
ROW_OR_TOMBSTONE = PolymorphicProxySerializer(
    component_name="ArtifactRowOrTombstone",
    serializers=[ArtifactRowSerializer, TombstoneSerializer],
    resource_type_field_name=None,
    many=True,
)


@extend_schema_view(
    list=extend_schema(
        operation_id="artifacts_list",
        summary="List artifacts",
        description="Artifacts, narrowed by the filters of the pages. Within a filter values widen (a model *or* a "
        "dataset), except for capabilities and types, which must all be there.",
        parameters=LIST_PARAMETERS,
        responses=ROW_OR_TOMBSTONE,
        examples=examples.example(examples.ROW),
        tags=["artifacts"],
    ),
    retrieve=extend_schema(
        operation_id="artifacts_retrieve",
        summary="Get an artifact",
        description="All that is known of one artifact: facts with their sources and disputes, offerings with computed "
        "confidence, prices, benchmarks, lineage, related artifacts. A former slug redirects.",
        parameters=[fields_parameter(ArtifactSerializer, "slug,facts,prices")],
        responses=ArtifactSerializer,
        examples=examples.example({**examples.ROW, "facts": examples.FACTS}, "Some of its fields"),
        tags=["artifacts"],
    ),
)
class ArtifactViewSet(CatalogViewSet):
    queryset = Artifact.objects.all()
    serializer_class = ArtifactRowSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = ArtifactFilterSet

    @conditional
    def list(self, request: Request) -> Any:
        filters = ArtifactFilterSet.base_filters
        several = [name for name, declared in filters.items() if hasattr(declared, "dimension")]
        asked = self.parameters(request, *filters, "sort", "changed_since", *PAGING, repeatable=several)
        asked.refuse_blanks(name for name in filters if name not in ("q", "verified"))
        asked.choice("verified", ("true", "false"), "")  # a form's widget would take any other word for “either”
        since = asked.moment("changed_since")
        sort = asked.choice("sort", SORTS, "name")
        fields = asked.names("fields", tuple(ArtifactRowSerializer.made_by))
        limit = self.limit(asked)
        found_in, kinds = self._filtered(request, asked, _base(since))
        # Ranks of different kinds do not compare.
        order = "feed" if since is not None else "percentile" if sort == "rank" and len(kinds) != 1 else sort
        cursor = self.cursor(asked, ORDERS, order)
        asked.check()

        generation_id = self._generation_id(cursor)
        read = COLUMNS if since is None else (*COLUMNS, "withdrawn_reason", "merged_into__slug")
        found = page_of(
            found_in.with_standing(generation_id) if order in BY_RANK else found_in,
            ORDERS[order],
            limit=limit,
            cursor=cursor,
            generation_id=generation_id if order in BY_RANK else None,
            load=lambda ids: numbered(_joined(since, generation_id), generation_id).only(*read).filter(pk__in=ids),
        )
        if "verified" in request.query_params:
            self.holds_until(self.now + VERIFIED_HOLDS)
        for artifact in found.rows:
            self.holds_until(artifact.verified_until)
        making = self.making(request, fields)
        alive = [artifact for artifact in found.rows if artifact.lifecycle in PUBLIC_LIFECYCLES]
        rows = dict(zip((artifact.pk for artifact in alive), shaped(ArtifactRowSerializer, alive, making), strict=True))
        results = [rows.get(artifact.pk) or tombstone(artifact) for artifact in found.rows]
        return self.page(request, results, found.next, found.previous)

    def _filtered(self, request: Request, asked: Parameters, base: ArtifactQuerySet) -> tuple[Any, Sequence[str]]:
        """What the filters leave, and the kinds they name. Filters that are not used cost nothing."""
        if not any(name in request.query_params for name in ArtifactFilterSet.base_filters):
            return base, []
        filterset = ArtifactFilterSet(request.query_params, queryset=base, request=request)
        if not filterset.is_valid():
            for name, errors in filterset.errors.items():
                asked.refuse(name, *(str(message) for error in errors.as_data() for message in error.messages))
            return base, []
        return filterset.qs, filterset.form.cleaned_data["kind"] or []

    def _generation_id(self, cursor: Cursor | None) -> int | None:
        """A walk by rank stays in the generation it began with, so that a new one moves nothing under its feet."""
        live = self.state.generation_id
        if cursor is None or cursor.order not in BY_RANK or cursor.generation_id == live:
            return live
        if cursor.generation_id is not None and not Generation.objects.filter(pk=cursor.generation_id).exists():
            raise Gone("The ranks this list was in the order of have been replaced. Begin again without the cursor.")
        return cursor.generation_id

    @conditional
    def retrieve(self, request: Request, slug: str) -> Any:
        asked: Parameters = self.parameters(request, "fields")
        fields = asked.names("fields", tuple(ArtifactSerializer.made_by))
        asked.check()
        generation_id = self.state.generation_id
        # One row for each alias: together with the artifact itself in one query.
        rows = list(
            numbered(Artifact.objects.for_page(generation_id).select_related("headline_price"), generation_id)
            .filter(slug=slug)
            .annotate(alias=F("aliases__slug"))
        )
        artifact = public(rows[0] if rows else None, request, slug, "api:artifact-detail")
        if isinstance(artifact, HttpResponseBase):
            return artifact
        self.holds_until(artifact.verified_until)
        needs_dossier = fields is None or not fields <= FIELDS_OF_THE_ROW
        dossier = dossier_of(artifact, state=self.state, today=self.now.date()) if needs_dossier else None
        aliases = sorted({row.alias for row in rows if row.alias})
        making = self.making(request, fields)
        return ArtifactSerializer(context={"making": making}).to_representation(Subject(artifact, aliases, dossier))


def public(
    artifact: Artifact | None, request: Request, slug: str, name: str
) -> Artifact | HttpResponsePermanentRedirect:
    """The artifact found under its slug if readers may see it, or the way to where it is now. Raises NotFound, Gone."""
    if artifact is None:
        now_called = Alias.objects.filter(slug=slug).values_list("artifact__slug", "artifact__lifecycle").first()
        if now_called is not None and now_called[1] in (*PUBLIC_LIFECYCLES, Lifecycle.WITHDRAWN):
            return moved_to(request, name, now_called[0])
    if artifact is None or artifact.published_at is None:
        raise NotFound(f"There is no artifact “{slug}”.")
    if artifact.merged_into is not None:
        return moved_to(request, name, artifact.merged_into.slug)
    if artifact.lifecycle == Lifecycle.WITHDRAWN:
        raise Gone(f"“{slug}” was withdrawn: {artifact.withdrawn_reason}", slug=slug, reason=artifact.withdrawn_reason)
    if artifact.lifecycle not in PUBLIC_LIFECYCLES:
        raise NotFound(f"There is no artifact “{slug}”.")
    return artifact


def _base(since: dt.datetime | None) -> ArtifactQuerySet:
    if since is None:
        return Artifact.objects.public()
    return Artifact.objects.announced().filter(facts_changed_at__gt=since)


def _joined(since: dt.datetime | None, generation_id: int | None) -> ArtifactQuerySet:
    """Who follows changes also hears what a merged artifact was merged into."""
    rows = Artifact.objects.for_rows(generation_id)
    return rows if since is None else rows.select_related("merged_into")


def numbered(artifacts: QuerySet[Artifact], generation_id: int | None) -> QuerySet[Any]:
    """With the generation's number."""
    if generation_id is None:
        return artifacts.annotate(standing_generation=Value(None, output_field=IntegerField()))
    # Django cannot follow a filtered relation further, and takes a millisecond to put a subquery of its own together.
    number = RawSQL(NUMBER_OF_GENERATION, [generation_id], output_field=IntegerField())  # noqa: S611  no text of others
    return artifacts.annotate(standing_generation=number)
