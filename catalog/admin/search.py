"""The answer to the search box that stands on every screen of the desk."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog.admin.base import editor_of
from catalog.desk.search import found


def search_page(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    groups = [
        (
            group,
            [(hit, reverse(f"admin:{hit.address[0]}", args=hit.address[1])) for hit in group.hits],
            f"{reverse(f'admin:{group.all_of_them}')}?{urlencode({'q': text})}"
            if group.is_more and group.all_of_them
            else "",
        )
        for group in found(text, by=editor_of(request))
    ]
    context = {**admin.site.each_context(request), "title": "Search", "asked": text, "groups": groups}
    return TemplateResponse(request, "admin/search.html", context)
