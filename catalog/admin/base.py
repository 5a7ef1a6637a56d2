"""What all of catalog's admin classes share: every save is one `change`, and keeps its history."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.models import User
from django.db import models
from django.http import HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin

from catalog.admin.forms import StorableJSONField
from catalog.changes import change


def editor_of(request: HttpRequest) -> User:
    """Who sits at the desk; its door lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user


class LinesField(forms.CharField):
    """A browser sends a text's lines with \r\n; kept like that, every save would look like a change."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


TEXTS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.TextField: {"form_class": LinesField, "widget": AdminTextareaWidget},
    models.URLField: {"assume_scheme": "https"},
    models.JSONField: {"form_class": StorableJSONField},
}


class Inline(admin.TabularInline):
    formfield_overrides = TEXTS
    extra = 0


class ChangeAdmin(admin.ModelAdmin):
    """A form with its inlines is saved as one change: one version, one recomputation."""

    formfield_overrides = TEXTS

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        with change():
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().delete_view(request, *args, **kwargs)
        with change():
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changelist_view(request, *args, **kwargs)
        with change():
            return super().changelist_view(request, *args, **kwargs)


class HistoryAdmin(ChangeAdmin, SimpleHistoryAdmin):
    pass
