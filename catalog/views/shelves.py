from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from catalog.columns import columns
from catalog.kinds import KINDS
from catalog.models import Category
from catalog.pages.leaders import most_offered, on_shelf
from catalog.pages.listing import Selection, listing, selection_of
from catalog.prepared import Prepared
from catalog.views.caching import PublicRequest, public_page


@public_page()
def category_list(request: PublicRequest) -> HttpResponse:
    held = columns(request.state)
    counts = held.counts_of_many("category", held.everything())
    rows = Category.objects.order_by("name", "id")
    categories = [{"category": category, "count": counts.get(category.pk, 0)} for category in rows]
    return render(request, "catalog/category_list.html", {"categories": categories, "nav": "categories"})


_CATEGORY = Prepared(
    lambda slugs: Category.objects.filter(slug__in=slugs).values_list("pk", "slug", "name", "description", named=True)
)


@public_page()
def category_detail(request: PublicRequest, slug: str) -> HttpResponse:
    category = next(iter(_CATEGORY.rows([slug])), None)
    if category is None:
        raise Http404
    groups, capabilities = on_shelf(category.pk, request.state)
    context = {"category": category, "groups": groups, "capabilities": capabilities, "nav": "categories"}
    return render(
        request, "catalog/category_detail.html", {**context, "show_rank": request.state.generation_id is not None}
    )


@public_page()
def kind_list(request: PublicRequest) -> HttpResponse:
    held = columns(request.state)
    counts = held.counts("kind", held.everything())
    kinds = [{"spec": spec, "count": counts.get(kind, 0)} for kind, spec in KINDS.items()]
    return render(request, "catalog/kind_list.html", {"kinds": kinds, "nav": "artifacts"})


@public_page(params=("sort", "page"))
def kind_detail(request: PublicRequest, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    asked = selection_of(request.GET)
    found = listing(
        Selection({}, asked.sort, asked.page),
        request.state,
        page_size=settings.UNFRAGILE["PAGE_SIZE"],
        fixed={"kind": [kind]},
        facets=(),
    )
    held = columns(request.state)
    context = {
        "kind": KINDS[kind],
        "list": found,
        "capabilities": most_offered(held.where("kind", [kind]), held),
        "nav": "artifacts",
        "show_rank": found.has_ranks,
    }
    return render(request, "catalog/kind_detail.html", context)
