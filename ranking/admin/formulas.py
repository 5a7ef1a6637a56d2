"""The score lab: formulas, drafts of the next one, what a draft would change, and its publishing."""

from __future__ import annotations

import difflib
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.notes import note, notes_of
from catalog.admin.rights import need
from catalog.choices import Kind
from ranking import drafts, lab
from ranking.admin.pages import PagesAdmin, WhyForm, page, row_or_404
from ranking.configurations import CannotPublish, live_configuration, publish
from ranking.formulas import BrokenFormula, formula_in
from ranking.models import Configuration, ConfigurationState
from ranking.scoring.foresight import LEAST_OF_EACH, LEAST_PAIRS
from ranking.weights import groups_in, with_weights


class TextForm(forms.Form):
    text = forms.CharField(
        label="Its numbers",
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 32, "spellcheck": "false", "autocomplete": "off", "class": "desk-formula", "wrap": "off"}
        ),
    )
    was = forms.CharField(widget=forms.HiddenInput)


def new_page(request: HttpRequest) -> HttpResponse:
    need(request, "ranking.add_configuration")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        draft = drafts.new_draft(now=timezone.now())
    except drafts.CannotEdit as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:ranking_configuration_changelist"))
    note(request, draft, "Begun from the live formula.")
    return HttpResponseRedirect(_address(draft))


def formula_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A published one to read, a draft to write."""
    need(request, "ranking.view_configuration")
    configuration: Configuration = row_or_404(Configuration.objects, pk)
    is_draft = configuration.state == ConfigurationState.DRAFT
    may_change = is_draft and request.user.has_perm("ranking.change_configuration")
    initial = {"text": configuration.text, "was": drafts.digest_of(configuration.text)}
    form = TextForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        need(request, "ranking.change_configuration")
        if "discard" in request.POST:
            return _discarded(request, configuration)
        if "weights" in request.POST and form.data.get("was"):
            if (answer := _weighed(request, configuration)) is not None:
                return answer
        elif form.is_valid():
            try:
                drafts.save(configuration, form.cleaned_data["text"], was=form.cleaned_data["was"])
            except drafts.CannotEdit as error:
                form.add_error("text", str(error))
            else:
                note(request, configuration, "Saved.")
                messages.success(request, "Saved. The live formula stays as it is.")
                return HttpResponseRedirect(_address(configuration))
    live = live_configuration(now=timezone.now())
    return page(
        request,
        "formula.html",
        Configuration,
        str(configuration),
        configuration=configuration,
        is_draft=is_draft,
        is_live=configuration == live,
        live=live,
        problems=_quoted(configuration, drafts.problems_in(configuration)) if is_draft else [],
        form=form if may_change else None,
        groups=groups_in(configuration.text) if may_change else [],
        text="" if may_change else configuration.text,
        diff=_diff(live, configuration) if is_draft else [],
        notes=notes_of(configuration)[:20],
    )


def _weighed(request: HttpRequest, draft: Configuration) -> HttpResponse | None:
    """Weights that were typed as numbers, put into the text; None where they cannot be, with a message why."""
    try:
        text = with_weights(draft.text, request.POST.dict())
        drafts.save(draft, text, was=request.POST["was"])
    except (ValueError, drafts.CannotEdit, BrokenFormula) as error:
        messages.error(request, str(error))
        return None
    note(request, draft, "Weights saved.")
    messages.success(request, "The weights are saved. The live formula stays as it is.")
    return HttpResponseRedirect(_address(draft))


def _discarded(request: HttpRequest, draft: Configuration) -> HttpResponse:
    try:
        drafts.discard(draft)
    except drafts.CannotEdit as error:
        messages.error(request, str(error))
    else:
        note(request, draft, "Thrown away.")
        messages.success(request, "The draft is gone.")
    return HttpResponseRedirect(reverse("admin:ranking_configuration_changelist"))


def _quoted(draft: Configuration, problems: list[drafts.Problem]) -> list[tuple[int, str, str]]:
    """With the line itself: a text box numbers none."""
    lines = draft.text.split("\n")
    return [(line, sentence, lines[line - 1].strip() if line <= len(lines) else "") for line, sentence in problems]


def _diff(live: Configuration, draft: Configuration) -> list[tuple[str, str]]:
    """What is other than in the live text: how, and the line."""
    lines = difflib.unified_diff(live.text.splitlines(), draft.text.splitlines(), n=0, lineterm="")
    words = {"+": "ins", "-": "del"}
    return [(words[line[0]], line[1:].strip()) for line in list(lines)[2:] if line[:1] in words]


def try_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who would move. It only reads, so that its address can be sent to a colleague."""
    need(request, "ranking.view_configuration")
    draft: Configuration = row_or_404(Configuration.objects, pk)
    live = live_configuration(now=timezone.now())
    try:
        formula = formula_in(draft.text)
    except BrokenFormula as broken:
        first = broken.problems[0][1]
        messages.error(request, f"It cannot be tried before this is mended: {first}")
        return HttpResponseRedirect(_address(draft))
    found = lab.trial(formula, live=live, now=timezone.now())
    return page(
        request,
        "try.html",
        Configuration,
        f"{draft} tried",
        configuration=draft,
        live=live,
        trial=found,
        kinds=[(Kind(kind.kind).label, kind) for kind in found.kinds],
        foresight=[(Kind(one.kind).label, one) for one in found.foresight],
        top=lab.TOP,
        least_pairs=LEAST_PAIRS,
        least_of_each=LEAST_OF_EACH,
    )


def publish_page(request: HttpRequest, pk: int) -> HttpResponse:
    need(request, "ranking.publish_configuration")
    draft: Configuration = row_or_404(Configuration.objects.filter(state=ConfigurationState.DRAFT), pk)
    form = WhyForm(request.POST if request.method == "POST" else None)
    problems = drafts.problems_in(draft)
    if request.method == "POST" and form.is_valid():
        try:
            publish(draft, why=form.cleaned_data["why"], now=timezone.now())
        except BrokenFormula as broken:
            problems = broken.problems
        except CannotPublish as error:
            form.add_error(None, str(error))
        else:
            note(request, draft, "Published.", why=draft.why)
            messages.success(request, f"{draft} is live. Ranks follow with the next generation.")
            return HttpResponseRedirect(_address(draft))
    live = live_configuration(now=timezone.now())
    return page(
        request,
        "publish.html",
        Configuration,
        f"Publish {str(draft).lower()}?",
        configuration=draft,
        live=live,
        problems=_quoted(draft, problems),
        diff=_diff(live, draft),
        form=form,
        back=_address(draft),
    )


def _address(row: Configuration) -> str:
    return reverse("admin:ranking_configuration_page", args=[row.pk])


@admin.register(Configuration)
class FormulaAdmin(PagesAdmin):
    list_display = ["called", "stands", "published_at", "why"]
    ordering = ["-published_at", "-made_at", "id"]
    change_list_template = "admin/ranking/formula_list.html"

    def pages(self) -> list[tuple[str, Any, str]]:
        return [
            ("new/", new_page, "new"),
            ("<int:pk>/", formula_page, "page"),
            ("<int:pk>/try/", try_page, "try"),
            ("<int:pk>/publish/", publish_page, "publish"),
        ]

    @admin.display(description="formula", ordering="version")
    def called(self, row: Configuration) -> str:
        return format_html('<a href="{}">{}</a>', self.address_of(row), row)

    @admin.display(description="stands")
    def stands(self, row: Configuration) -> str:
        return "live" if row.is_live else row.get_state_display().lower()  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Configuration]:
        live = live_configuration(now=timezone.now())
        return super().get_queryset(request).annotate(is_live=Q(pk=live.pk))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_add = request.user.has_perm("ranking.add_configuration")
        return super().changelist_view(request, {**(extra_context or {}), "may_add": may_add})
