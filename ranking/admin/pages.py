"""What ranking's pages at the desk share: the frame, a field for reasons, lists that lead to pages and not to forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from catalog.admin.run import ReadOnlyAdmin


def why_field(label: str = "Why", help_text: str = "Readers see it.", *, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3, "cols": 60, "maxlength": 2_000})
    return forms.CharField(label=label, help_text=help_text, max_length=2_000, required=required, widget=area)


class WhyForm(forms.Form):
    why = why_field()


class NotedForm(forms.Form):
    why = why_field(help_text="Kept with who did it and when.")


def page(request: HttpRequest, template: str, model: type[Model], title: str, **context: Any) -> TemplateResponse:
    whole = {**admin.site.each_context(request), "title": title, "opts": model._meta, **context}
    return TemplateResponse(request, f"admin/{model._meta.app_label}/{template}", whole)


def row_or_404(rows: Any, pk: int) -> Any:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


class PagesAdmin(ReadOnlyAdmin):
    """A list whose rows have a page of their own, named `<app>_<model>_<own>`, in place of Django's form."""

    own = "page"
    list_display_links = None

    def pages(self) -> list[tuple[str, Any, str]]:
        """Address below the list, view, and the last part of its name."""
        return []

    def get_urls(self) -> list[Any]:
        label = self.opts.label_lower.replace(".", "_")
        own: list[URLPattern] = [
            path(address, self.admin_site.admin_view(view), name=f"{label}_{name}")
            for address, view, name in self.pages()
        ]
        return [*own, *super().get_urls()]

    def address_of(self, row: Any) -> str:
        return reverse(self._own(), args=[row.pk])

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return HttpResponseRedirect(reverse(self._own(), args=[int(object_id)]))

    def _own(self) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{self.own}"
