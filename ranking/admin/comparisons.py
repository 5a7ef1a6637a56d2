"""Notes on comparisons at the desk: written beside what the comparison says, moved on by buttons of the form.

What a step does is decided in `ranking.noting`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from catalog.admin.base import HistoryAdmin, WithdrawnNotDeleted, editor_of
from catalog.admin.fields import is_key
from catalog.admin.forms import DeskForm
from catalog.admin.rights import need
from catalog.models import Artifact
from catalog.prose import prose
from catalog.state import live_state
from ranking import noting
from ranking.comparing import artifacts_for, comparison_of
from ranking.comparison.key import LEAST, MOST, address_of
from ranking.comparison.preferences import Preferences
from ranking.comparison.table import Table
from ranking.models import ComparisonNote
from ranking.models.comparison import members_of
from ranking.notes import Note

Step = Callable[..., None]
#: Button of the form -> right, what it does, what is said when it is done.
STEPS: dict[str, tuple[str, Step, str]] = {
    "_publish": ("publish", noting.publish, "is published"),
    "_submit": ("change", noting.submit, "is in review"),
    "_send_back": ("publish", noting.send_back, "is sent back"),
    "_withdraw": ("publish", noting.withdraw, "is a draft again; readers do not see it"),
}


class NoteForm(DeskForm):
    why = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Kept with the history. To send a note back or to withdraw it, say why.",
    )

    class Meta:
        model = ComparisonNote
        fields = ("artifacts", "title", "text", "is_featured")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "artifacts" in cleaned:
            try:
                self.instance.members = noting.members_for(list(cleaned["artifacts"]), note=self.instance)
            except noting.CannotWrite as error:
                self.add_error("artifacts", str(error))
        return cleaned


@admin.register(ComparisonNote)
class ComparisonNoteAdmin(WithdrawnNotDeleted, HistoryAdmin):
    form = NoteForm
    change_form_template = "admin/ranking/note.html"
    list_display = ["heading", "state", "is_featured", "author", "made_at", "published_at"]
    list_filter = ["state", "is_featured"]
    list_select_related = ["author"]
    search_fields = ["title", "artifacts__sort_name", "artifacts__slug"]
    autocomplete_fields = ["artifacts"]
    fieldsets = [(None, {"fields": ["artifacts", "title", "text", "is_featured", "why"]})]
    ordering = ["-made_at", "-id"]

    @admin.display(description="note")
    def heading(self, row: ComparisonNote) -> str:
        return row.title or " against ".join(sorted(one.name[:60] for one in row.artifacts.all()))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "artifacts":
            field.widget = field.widget.widget  # a note is about artifacts that are there
        return field

    def get_queryset(self, request: HttpRequest) -> QuerySet[ComparisonNote]:
        return super().get_queryset(request).prefetch_related("artifacts")

    def get_urls(self) -> list[Any]:
        def page(address: str, view: Any, name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=f"ranking_comparisonnote_{name}")

        return [
            page("preview/", preview_page, "preview"),
            page("of/<str:members>/", of_page, "of"),
            *super().get_urls(),
        ]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: ComparisonNote | None = None,
    ) -> HttpResponse:
        form = context["adminform"].form
        if "artifacts" in form.fields:
            chosen: Sequence[Any] = form["artifacts"].value() or ()
        else:  # whoever may only look
            chosen = list(obj.artifacts.all()) if obj else ()
        table = _table_of([getattr(one, "pk", one) for one in chosen])
        note = obj or ComparisonNote()
        may_publish = request.user.has_perm("ranking.publish_comparisonnote")
        context |= {
            "table": table,
            "comparison": address_of(table.key) if table else "",
            "note": obj,
            "may_publish": may_publish,
            "second_editor": noting.needs_second_editor(note, editor_of(request)),
            "steps": obj.history.select_related("history_user").order_by("-history_date", "-history_id")[:6]
            if obj
            else (),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: ComparisonNote, form: Any, change: bool) -> None:
        if not change:
            obj.author = editor_of(request)
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: ComparisonNote, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._moved(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: ComparisonNote) -> HttpResponse:
        return self._moved(request, obj) or super().response_change(request, obj)

    def _moved(self, request: HttpRequest, obj: ComparisonNote) -> HttpResponse | None:
        """What was typed is kept in any case; what stands in the way of the step is said on top of the form."""
        asked = next((name for name in STEPS if name in request.POST), None)
        if asked is None:
            return None
        right, move, done = STEPS[asked]
        try:
            if not request.user.has_perm(f"ranking.{right}_comparisonnote"):
                raise noting.CannotMove("That step is not open to you.")
            move(obj, by=editor_of(request), why=request.POST.get("why", ""))
        except noting.CannotMove as error:
            self.message_user(request, f"Saved, and nothing more. {error}", messages.WARNING)
        else:
            self.message_user(request, f"The note {done}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:ranking_comparisonnote_change", args=[obj.pk]))


def of_page(request: HttpRequest, members: str) -> HttpResponse:
    """From the queue to the note on these artifacts: the one that is there, or a form with them filled in."""
    need(request, "ranking.add_comparisonnote")
    ids = members.split("-")
    if not (LEAST <= len(ids) <= MOST and all(map(is_key, ids))):
        raise Http404
    note = ComparisonNote.objects.filter(members=members_of(map(int, ids))).first()
    if note is not None:
        return HttpResponseRedirect(reverse("admin:ranking_comparisonnote_change", args=[note.pk]))
    chosen = urlencode({"artifacts": ",".join(ids)})
    return HttpResponseRedirect(f"{reverse('admin:ranking_comparisonnote_add')}?{chosen}")


def preview_page(request: HttpRequest) -> HttpResponse:
    """What the form holds, as readers would see it. Nothing is saved."""
    need(request, "ranking.view_comparisonnote")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    table = _table_of(request.POST.getlist("artifacts"))
    text = request.POST.get("text", "")[:4_000]
    note = Note(
        key=table.key if table else "",
        names=(),
        kinds=(),
        title=request.POST.get("title", "")[:120],
        text=text,
        author="",
        published_on=timezone.now().date(),
        is_featured=False,
    )
    context = {"table": table, "note": note, "text": prose(text)}
    response = render(request, "admin/ranking/note_preview.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


def _table_of(keys: Sequence[Any]) -> Table | None:
    """What the comparison says today; None where these make none."""
    ids = {int(key) for key in keys if is_key(key)}
    if not LEAST <= len(ids) <= MOST:
        return None
    state = live_state()
    slugs = list(Artifact.objects.filter(pk__in=ids).values_list("slug", flat=True))
    meant = artifacts_for(slugs, state)
    if len(meant.artifacts) != len(ids):
        return None
    return comparison_of(meant.artifacts, state, preferences=Preferences(), today=timezone.now().date())
