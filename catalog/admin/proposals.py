"""A proposal at the desk: what stands, what an import or an owner says instead, and the answer, field by field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from catalog.admin.base import editor_of
from catalog.admin.offered import offered_page
from catalog.admin.rights import need
from catalog.choices import Origin, ProposalState
from catalog.desk import proposals
from catalog.models import Artifact, Proposal


class AnswerForm(forms.Form):
    note = forms.CharField(
        required=False,
        label="Why",
        help_text="Needed to refuse; whoever proposed it reads it. Of a public listing it stands in the change log, "
        "too, once it is accepted.",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
    )


def proposal_page(request: HttpRequest, pk: int) -> HttpResponse:
    people = ("decided_by", "proposed_by")
    proposal = Proposal.objects.select_related("artifact", "run", "capability", *people).filter(pk=pk).first()
    if proposal is None:
        raise Http404
    if proposal.capability_id is not None:
        return offered_page(request, proposal)
    need(request, "catalog.change_proposal")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user, note = editor_of(request), form.cleaned_data["note"]
        try:
            if request.POST.get("answer") == "accept":
                proposals.accept(
                    proposal, by=user, note=note, looked_at=request.POST.get("seen", ""), **_by_field(request, proposal)
                )
            else:
                proposals.refuse(proposal, by=user, note=note)
        except proposals.CannotDecide as error:
            form.add_error(None, str(error))
            proposal.refresh_from_db()
        else:
            messages.success(request, f"{proposal.artifact.name[:100]}: {proposal.get_state_display().lower()}.")
            return HttpResponseRedirect(reverse("admin:queue", args=["proposals"]))
    row = proposals.row_of(proposal)
    lines = proposals.lines_of(proposal, row)
    ticked = request.POST.getlist("take") if "by_field" in request.POST else list(proposal.after)
    context = {
        **admin.site.each_context(request),
        "title": f"A proposal for {proposal.artifact.name[:80]}",
        "proposal": proposal,
        "is_open": proposal.state == ProposalState.OPEN,
        "is_removal": proposals.is_removal(proposal),
        "is_of_owner": proposal.origin == Origin.OWNER,
        "is_proof_gone": proposal.origin == Origin.OWNER and not _is_proven(proposal.artifact),
        "by_field": proposal.state == ProposalState.OPEN and len(proposal.after) > 1,
        "rows": [(line, line.field in ticked, request.POST.get(f"note-{line.field}", "")) for line in lines],
        "seen": proposals.seen(lines),
        "form": form,
        "opts": Proposal._meta,
    }
    return TemplateResponse(request, "admin/catalog/proposal.html", context)


def _is_proven(artifact: Artifact) -> bool:
    return artifact.verified_until is not None and timezone.now() < artifact.verified_until


def _by_field(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    """Which fields are ticked, and what is said of each; a page that shows no ticks accepts all."""
    if "by_field" not in request.POST:
        return {}
    notes = {name: request.POST.get(f"note-{name}", "") for name in proposal.after}
    return {"fields": request.POST.getlist("take"), "notes": notes}
