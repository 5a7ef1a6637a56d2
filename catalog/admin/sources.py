"""Sources of imports at the desk: what becomes of what each brings, when it is read by itself, and reading it now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from catalog.admin.base import editor_of
from catalog.admin.notes import note
from catalog.admin.rights import need
from catalog.admin.run import ReadOnlyAdmin
from catalog.choices import HowOften, PublishRule
from catalog.importers import files, steering
from catalog.importers.addresses import is_address
from catalog.importers.feeds import Feed
from catalog.importers.registry import FEEDS
from catalog.models import ImportRule, ImportRun
from catalog.tasks import run_import

#: What each rule means for those who will read the result.
EXPLAINED = {
    PublishRule.HOLD: "They wait in review, out of every list, search and rank, until an editor publishes them.",
    PublishRule.WHEN_SUFFICIENT: "Those that lack nothing that readers need are published; the others wait in review.",
    PublishRule.AT_ONCE: "Whatever the source names is published unseen: for sources that you trust as your own.",
}
WIDE = forms.TextInput(attrs={"class": "vTextField"})


def _need_an_address(place: str) -> str:
    place = place.strip()
    if place and not is_address(place):
        raise forms.ValidationError("An address begins with https:// or http://.")
    return place


class StartForm(forms.Form):
    importer = forms.ChoiceField(
        label="Source",
        choices=lambda: [(feed.name, f"{feed.name}: {feed.reads.replace('`', '')}") for feed in FEEDS.values()],
    )
    address = forms.CharField(
        label="Another address", required=False, max_length=500, help_text="In place of its own.", widget=WIDE
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        help_text="As the source serves it. A date in its name is the day its figures are of.",
    )
    path = forms.CharField(label="Or a file or folder here", required=False, max_length=500, widget=WIDE)
    why = forms.CharField(
        label="Why",
        required=False,
        max_length=2_000,
        help_text="Readers will see it in change logs. Empty: “Import” and the source’s name.",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.IMPORT_FOLDERS:
            self.fields["path"].help_text = f"Below {' or '.join(settings.IMPORT_FOLDERS)}, on the site’s own machine."
        else:
            del self.fields["path"]

    def clean_address(self) -> str:
        return _need_an_address(self.cleaned_data["address"])

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > files.MOST_BYTES:
            most = files.MOST_BYTES // 1024**2
            raise forms.ValidationError(f"It has more than {most} MB. Put it into a folder that imports may read.")
        return file

    def clean_path(self) -> str:
        try:
            return files.allowed(self.cleaned_data["path"]) if self.cleaned_data["path"] else ""
        except files.CannotRead as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        given = [name for name in ("address", "file", "path") if said.get(name)]
        if len(given) > 1:
            raise forms.ValidationError("Give one of them: an address, a file, or a place here.")
        feed = FEEDS.get(said.get("importer", ""))
        if feed and not given and not self.errors:
            said["address"] = place_of(feed)
            if not said["address"]:
                raise forms.ValidationError(f"{feed.name} has no address of its own. Say where it is read from.")
        return said

    def place(self) -> str:
        """An upload is kept only now, when all else is right."""
        said = self.cleaned_data
        if said["file"]:
            return files.keep_upload(said["file"].name, said["file"].chunks())
        return said.get("path") or str(said["address"])


def place_of(feed: Feed) -> str:
    """Where it is read from when nobody says otherwise."""
    rule = ImportRule.objects.filter(importer=feed.name).values_list("place", flat=True).first()
    return rule or feed.address


def start_page(request: HttpRequest) -> HttpResponse:
    need(request, "catalog.view_importrun", "catalog.steer_importrun")
    asked_for = request.GET.get("source", "")
    form = StartForm(request.POST or None, request.FILES or None, initial={"importer": asked_for})
    if request.method == "POST" and form.is_valid():
        is_dry_run = "write" not in request.POST
        try:
            run = steering.ask(
                form.cleaned_data["importer"],
                form.place(),
                now=timezone.now(),
                by=editor_of(request),
                why=form.cleaned_data["why"],
                is_dry_run=is_dry_run,
            )
        except steering.CannotRun as error:
            form.add_error(None, str(error))
        else:
            note(request, run, "Asked for a try." if is_dry_run else "Asked for it.")
            transaction.on_commit(lambda: run_import.delay(run.pk), robust=True)
            return HttpResponseRedirect(run.get_absolute_url())
    rules = dict(ImportRule.objects.exclude(place="").values_list("importer", "place"))
    context = {
        **admin.site.each_context(request),
        "title": "Start an import",
        "form": form,
        "addresses": [(feed.name, rules.get(feed.name) or feed.address) for feed in FEEDS.values()],
        "opts": ImportRun._meta,
    }
    return TemplateResponse(request, "admin/catalog/importrun/start.html", context)


class RuleForm(forms.ModelForm):
    why = forms.CharField(
        label="Why",
        max_length=2_000,
        help_text="Kept with who decided it and when.",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )

    class Meta:
        model = ImportRule
        fields = ("publishes", "how_often", "place")
        widgets = {"place": WIDE}

    def __init__(self, *args: Any, feed: Feed, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.feed = feed
        choices = [(rule.value, f"{rule.label}. {words}") for rule, words in EXPLAINED.items()]
        self.fields["publishes"] = forms.ChoiceField(
            label="New artifacts", choices=choices, widget=forms.RadioSelect, initial=feed.publishes
        )
        own = f"Empty: {feed.address}" if feed.address else "This source has no address of its own."
        self.fields["how_often"].label = "Read it"
        self.fields["place"].label, self.fields["place"].help_text = "Address", own

    def clean_place(self) -> str:
        return _need_an_address(self.cleaned_data["place"])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        nowhere = not said.get("place") and not self.feed.address
        if said.get("how_often", HowOften.NEVER) != HowOften.NEVER and nowhere and "place" not in self.errors:
            self.add_error("place", "Say where it is read from, or let it be read only when an editor says so.")
        return said


def rule_page(request: HttpRequest, importer: str) -> HttpResponse:
    need(request, "catalog.view_importrule")
    feed = FEEDS.get(importer)
    if feed is None:
        raise Http404
    rule = ImportRule.objects.filter(importer=importer).first() or ImportRule(
        importer=importer, publishes=feed.publishes
    )
    may_change = request.user.has_perm("catalog.change_importrule")
    form = RuleForm(request.POST if request.method == "POST" else None, instance=rule, feed=feed)
    if request.method == "POST":
        need(request, "catalog.change_importrule")
        if form.is_valid():
            rule = form.save(commit=False)
            # Somebody else may have been the first to decide about this source, just now.
            rule.pk = rule.pk or ImportRule.objects.filter(importer=importer).values_list("pk", flat=True).first()
            rule._change_reason = form.cleaned_data["why"]
            rule.save()
            said = f"{rule.get_publishes_display()}; {rule.get_how_often_display().lower()}."
            note(request, rule, said, why=form.cleaned_data["why"])
            messages.success(request, f"Saved. It holds from the next run of {importer} on.")
            return HttpResponseRedirect(reverse("admin:catalog_importrule_changelist"))
    history = ImportRule.history.filter(importer=importer).select_related("history_user").order_by("-history_date")
    context = {
        **admin.site.each_context(request),
        "title": f"Rule for {importer}",
        "feed": feed,
        "rule": rule,
        "explained": EXPLAINED[PublishRule(rule.publishes)],
        "may_change": may_change,
        "form": form,
        "history": history[:20],
        "opts": ImportRule._meta,
    }
    return TemplateResponse(request, "admin/catalog/importrule/rule.html", context)


@admin.register(ImportRule)
class ImportRuleAdmin(ReadOnlyAdmin):
    """A list of all sources there are, whether an editor has decided about them or not."""

    def get_urls(self) -> list[Any]:
        own = path("of/<slug:importer>/", self.admin_site.admin_view(rule_page), name="catalog_importrule_page")
        return [own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        need(request, "catalog.view_importrule")
        rules = {rule.importer: rule for rule in ImportRule.objects.all()}
        newest = ImportRun.objects.filter(importer__in=FEEDS, is_dry_run=False).order_by("importer", "-started_at")
        last: dict[str, ImportRun] = {}
        for importer in FEEDS:  # a look at the index for each: there are a dozen, and runs by the thousand
            run = newest.filter(importer=importer).first()
            if run is not None:
                last[importer] = run
        sources = [
            (feed, rules.get(name) or ImportRule(importer=name, publishes=feed.publishes), last.get(name))
            for name, feed in FEEDS.items()
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Sources of imports",
            "sources": sources,
            "may_steer": request.user.has_perm("catalog.steer_importrun"),
            "may_change": request.user.has_perm("catalog.change_importrule"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/catalog/importrule/change_list.html", context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        need(request, "catalog.view_importrule")
        rule = ImportRule.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if rule is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:catalog_importrule_page", args=[rule.importer]))
