"""What all of catalog's admin classes share: every save is one `change`, and keeps its history."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from simple_history.admin import SimpleHistoryAdmin

from catalog.admin.conflicts import Guard, put_back
from catalog.admin.fields import (
    DAY,
    LinesField,
    ManyPicker,
    PickedField,
    PickedManyField,
    Picker,
    PlainDecimalField,
    is_key,
)
from catalog.admin.forms import DeskForm
from catalog.admin.paging import Paged
from catalog.admin.rights import need
from catalog.admin.storable import StorableJSONField
from catalog.changes import change
from catalog.desk import making


def editor_of(request: HttpRequest) -> User:
    """Who sits at the desk; its door lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user


TEXTS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.TextField: {"form_class": LinesField, "widget": AdminTextareaWidget},
    models.URLField: {"assume_scheme": "https"},
    models.DateField: {"widget": DAY},
    models.DecimalField: {"form_class": PlainDecimalField},
    models.JSONField: {"form_class": StorableJSONField},
}


class WithdrawnNotDeleted:
    """What readers have seen is withdrawn and stays, so that its address says what became of it; never a selection."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.published_at is not None:
            return False
        return bool(super().has_delete_permission(request, obj))  # type: ignore[misc]


class Picking:
    """Rows of other tables are picked by typing; whoever has the right to makes new ones by typing, too."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name not in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        model = db_field.remote_field.model
        creates = model in making.MAKERS and request.user.has_perm(f"catalog.add_{model._meta.model_name}")
        kwargs |= {
            "widget": Picker(db_field, self.admin_site, creates=creates),  # type: ignore[attr-defined]
            "form_class": PickedField,
        }
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        field.make = partial(making.make, model) if creates else None
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs |= {"widget": ManyPicker(db_field, self.admin_site), "form_class": PickedManyField}  # type: ignore[attr-defined]
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        # A picker makes what is missing by itself: no need for windows that pop up.
        if isinstance(field, PickedField) and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


CLASH = (
    "Nothing is saved: two rows say the same of the same, or somebody has just added one of them. "
    "Open the form in another window to see what stands there."
)


STRANGERS = (
    "A row was sent with the key of one that stands elsewhere, or is gone. "
    "It is kept here as a new row: save again to add it, or leave it empty."
)


class RowFormSet(BaseInlineFormSet):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_strangers = self.is_bound and self._part_strangers()

    def _part_strangers(self) -> bool:
        """Django would leave out, without a word, what carries the key of a row that is not among these."""
        known = {str(row.pk) for row in self.get_queryset()}
        strangers = []
        for index in range(min(self.initial_form_count(), self.total_form_count())):
            key = self.data.get(f"{self.prefix}-{index}-id")  # none in a table that may only be looked at
            if key in known:
                known.remove(key)  # the second of one key is a stranger
            elif key is not None:
                strangers.append(index)
        if strangers:
            sent: Any = self.data
            self.data = sent = sent.copy()
            for index in reversed(strangers):
                put_back(sent, f"{self.prefix}-{index}-")
            del self.management_form
        return bool(strangers)

    def clean(self) -> None:
        if self.has_strangers:
            raise ValidationError(STRANGERS)
        super().clean()

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if self.instance.pk:  # the row at hand, or each line would read it again
            setattr(form.instance, self.fk.name, self.instance)
        # Whose the row is has been asked of all rows at once; Django would ask again for each.
        key = form.instance.pk
        form.fields["id"] = forms.IntegerField(initial=key, required=False, widget=forms.HiddenInput)
        form.may_rest = key is not None
        if DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].widget.attrs["aria-label"] = "Delete this row"


class Inline(Picking, admin.TabularInline):
    form: type[ModelForm] = DeskForm
    formset = RowFormSet
    formfield_overrides = TEXTS
    extra = 0


class ChangeAdmin(Picking, Paged, admin.ModelAdmin):
    """A form with its inlines is saved as one change: one version, one recomputation. No save undoes another's."""

    form: type[ModelForm] = DeskForm
    formfield_overrides = TEXTS

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with change(why=request.POST.get("why", "").strip()):
                conflict = Guard(self, request, object_id).conflict() if object_id else None
                return conflict or super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Two rows of the form, or one and somebody else's of this moment; Django asks only about some of them.
            request.desk_clash = CLASH  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        form.clash = getattr(request, "desk_clash", "")
        return form

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context["desk_base"] = Guard(self, request, str(obj.pk)).base(context)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().delete_view(request, *args, **kwargs)
        with change():
            return super().delete_view(request, *args, **kwargs)

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """No list sends what is no key, and the database would fall over it."""
        if not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            self.message_user(request, "Choose rows of the list.", messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changelist_view(request, *args, **kwargs)
        with change():
            return super().changelist_view(request, *args, **kwargs)


class HistoryAdmin(ChangeAdmin, SimpleHistoryAdmin):
    def history_form_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A version as it was, and back to it. The library lets everybody write it back who may look."""
        if request.method != "POST":
            return super().history_form_view(request, *args, **kwargs)
        need(request, f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")
        with change(why="Back to an earlier version."):
            return super().history_form_view(request, *args, **kwargs)
