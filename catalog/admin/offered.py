"""A proposed offering at the desk: its words, its quote, the answer. The queue answers in place; this page edits."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog.admin.base import editor_of
from catalog.admin.rights import need
from catalog.choices import DataType, ProposalState
from catalog.desk import offered
from catalog.models import Artifact, Capability, Proposal
from catalog.vocabulary import capability_called

#: So many listings are taken apart while an editor waits; for more there is the command.
MOST_AT_ONCE = 200


class OfferedForm(forms.Form):
    title = forms.CharField(max_length=300, widget=forms.TextInput(attrs={"class": "vTextField", "autofocus": True}))
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "cols": 60}))
    #: Typed, so that it can be changed without a script as well.
    capability = forms.CharField(
        max_length=120,
        help_text="By its name, one of its synonyms or its key.",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    input_types = forms.MultipleChoiceField(
        choices=DataType.choices, required=False, label="Takes", widget=forms.CheckboxSelectMultiple
    )
    output_types = forms.MultipleChoiceField(
        choices=DataType.choices, required=False, label="Gives", widget=forms.CheckboxSelectMultiple
    )

    def clean_capability(self) -> Capability:
        word = self.cleaned_data["capability"]
        found = capability_called(word)
        if found is None:
            raise forms.ValidationError(f"There is no capability “{word}” in the vocabulary.")
        return found


def offered_page(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Without the form's fields, as from the queue, it is accepted as it stands."""
    need(request, "catalog.change_proposal")
    answer = request.POST.get("answer", "") if request.method == "POST" else ""
    assert proposal.capability is not None  # noqa: S101 - what the caller asked before coming here
    stands = {**proposal.after, "capability": proposal.capability.name}
    form = OfferedForm(request.POST if "title" in request.POST else None, initial=stands)
    refusal = ""
    if answer == "refuse" or (answer == "accept" and (not form.is_bound or form.is_valid())):
        try:
            if answer == "refuse":
                offered.refuse(proposal, by=editor_of(request))
            else:
                need(request, "catalog.add_offering")
                offered.accept(proposal, by=editor_of(request), edited=form.cleaned_data if form.is_bound else None)
        except offered.CannotOffer as error:
            refusal = str(error)
            proposal.refresh_from_db()
        else:
            said = f"{proposal.after['title'][:100]}: {proposal.get_state_display().lower()}."
            messages.success(request, said)
            return HttpResponseRedirect(_next(proposal))
    context = {
        **admin.site.each_context(request),
        "title": f"A proposed offering of {proposal.artifact.name[:80]}",
        "proposal": proposal,
        "is_open": proposal.state == ProposalState.OPEN,
        "refusal": refusal,
        "form": form,
        "opts": Proposal._meta,
    }
    return TemplateResponse(request, "admin/catalog/offered_one.html", context)


def _next(proposal: Proposal) -> str:
    """The queue, at the row after this one, so that one letter answers that one."""
    waiting = Proposal.objects.filter(state=ProposalState.OPEN, pk__gt=proposal.pk).exclude(capability=None)
    after = waiting.order_by("pk").values_list("pk", flat=True).first()
    return reverse("admin:queue", args=["offered"]) + (f"#p{after}" if after else "")


class OfferedActions:
    """The action, for the artifacts' admin."""

    @admin.action(description="Propose offerings out of the selected listings", permissions=["change"])
    def take_apart(self, request: HttpRequest, queryset: QuerySet[Artifact]) -> None:
        need(request, "catalog.change_proposal")
        chosen = list(queryset.order_by("pk")[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            text = f"At most {MOST_AT_ONCE} at once; for more there is manage.py decompose."
            messages.warning(request, text)
            return
        found = offered.take_listings_apart(chosen)
        what = f"{found.new} proposed" + (f", {found.accepted} published" if found.accepted else "")
        messages.success(request, f"Read {len(chosen)}: {what}, {found.known} known already.")
