from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from catalog.models import Source
from catalog.pages.citations import citations_of, is_cited_by_lineage
from catalog.views.caching import PublicRequest, public_page


@public_page()
def source_detail(request: PublicRequest, slug: str) -> HttpResponse:
    source = get_object_or_404(Source.objects.select_related("publisher"), slug=slug)
    citations = citations_of(source)
    if not citations.total and not is_cited_by_lineage(source):
        raise Http404  # only drafts, or nobody, cite it
    return render(request, "catalog/source_detail.html", {"source": source, "citations": citations})
