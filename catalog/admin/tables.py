"""The list of artifacts as a file, and back: doors to catalog.desk.tables and to the jobs that import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from catalog.admin.base import editor_of
from catalog.admin.jobs import start
from catalog.admin.rights import need
from catalog.desk import jobs, tables
from catalog.models import Artifact


class TableForm(forms.Form):
    table = forms.FileField(label="File", help_text="CSV, JSON or YAML, in UTF-8.", allow_empty_file=True)
    why = forms.CharField(
        label="Why",
        required=False,
        help_text="Readers will see it. Empty: “Imported from a table.”",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )

    def clean_table(self) -> Any:
        table = self.cleaned_data["table"]
        if table.size > tables.MOST_BYTES:
            raise forms.ValidationError(
                f"This file has more than {tables.MOST_BYTES // 1024**2} MB. Send it in several parts."
            )
        return table


def import_page(request: HttpRequest) -> HttpResponse:
    need(request, "catalog.add_job", "catalog.change_artifact")
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if form.is_bound and form.is_valid():
        table = form.cleaned_data["table"]
        try:
            job = jobs.ask_import(table.name, table.read(), by=editor_of(request), why=form.cleaned_data["why"])
        except tables.CannotReadTable as error:
            form.add_error("table", str(error))
        else:
            start(job)
            return HttpResponseRedirect(job.get_absolute_url())
    context = {
        **admin.site.each_context(request),
        "title": "Import artifacts from a table",
        "form": form,
        "columns": tables.COLUMNS,
        "opts": Artifact._meta,
    }
    return TemplateResponse(request, "admin/catalog/artifact/import.html", context)


def file_of(queryset: QuerySet[Artifact], form: str) -> HttpResponseBase:
    ids = list(dict.fromkeys(queryset.values_list("pk", flat=True)))
    response = StreamingHttpResponse(tables.export(ids, form), content_type=tables.FORMS[form])
    name = f"artifacts-{timezone.now():%Y-%m-%d}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class Tables:
    """Import and export, for the artifacts' admin."""

    change_list_template: Any = "admin/catalog/artifact/change_list.html"

    def get_urls(self) -> list[Any]:
        door = admin.site.admin_view
        return [
            path("import/", door(import_page), name="catalog_artifact_import"),
            path("export/<slug:form>/", door(self.export_page), name="catalog_artifact_export"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def export_page(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """The list as it is filtered; its filters are those of the address."""
        if form not in tables.FORMS:
            raise Http404
        need(request, "catalog.view_artifact")
        listed = self.get_changelist_instance(request)  # type: ignore[attr-defined]
        return file_of(listed.get_queryset(request), form)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        for form in tables.FORMS if actions else ():
            actions[f"export_{form}"] = (
                _export_as(form),
                f"export_{form}",
                f"Export the selected ones as {form.upper()}",
            )
        return actions


def _export_as(form: str) -> Any:
    def export(modeladmin: Any, request: HttpRequest, queryset: QuerySet[Artifact]) -> HttpResponseBase:
        return file_of(queryset, form)

    return export
