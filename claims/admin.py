"""Claims at the desk: who has proven what and how it stands, two proofs side by side, and the log of what was done.

Nothing is typed in here: a claim is proven by its owner, and what an editor may do is to take one back, with a reason,
and with a second editor while its proof stands.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.base import editor_of
from catalog.admin.rights import need
from catalog.admin.run import ReadOnlyAdmin
from claims import badge, disputes, overrides, replies
from claims.choices import OPEN, DisputeState, OverrideState, ProofState, ReplyState
from claims.models import AuditEntry, Claim, Dispute, Override, Reply
from claims.ownership import CannotClaim
from claims.permissions import has_rights
from claims.views.freshness import asked_first
from ranking.admin.pages import NotedForm, PagesAdmin, WhyForm, page, row_or_404

#: What is said when something waits.
_WAITS = "Its proof stands, so a second editor has to agree. It waits at the desk."


def claim_page(request: HttpRequest, pk: int) -> HttpResponse:
    need(request, "claims.view_claim")
    it: Claim = row_or_404(Claim.objects.select_related("artifact", "opened_by"), pk)
    now = timezone.now()
    wish = it.overrides.filter(state=OverrideState.WAITING).select_related("asked_by", "dispute").first()
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        need(request, "claims.change_claim")
        if form.is_valid() or "agree" in request.POST:
            if asked := asked_first(request):
                return asked
            try:
                messages.success(request, _decide(request, it, form.cleaned_data.get("why", ""), now))
                return HttpResponseRedirect(request.path)
            except (CannotClaim, disputes.CannotSettle) as error:
                messages.error(request, str(error))
    others = Claim.objects.filter(artifact=it.artifact).exclude(pk=it.pk).select_related("opened_by")
    return page(
        request,
        "claim.html",
        Claim,
        f"Claim of {it.artifact.name[:80]}",
        it=it,
        proofs=it.proofs.prefetch_related("looks")[:10],
        members=it.members.select_related("user"),
        others=others,
        badge=badge.badge_of(it.artifact_id, now=now),
        entries=AuditEntry.objects.filter(claim=it.pk)[:50],
        may_revoke=it.state in OPEN and request.user.has_perm("claims.change_claim"),
        takes_two=has_rights(it, now=now),
        wish=wish,
        is_mine=wish is not None and wish.asked_by == request.user,
        refused=it.overrides.filter(state=OverrideState.REFUSED).select_related("asked_by", "answered_by")[:5],
        form=form,
    )


def _decide(request: HttpRequest, claim: Claim, why: str, now: dt.datetime) -> str:
    """What was pressed, done; and the sentence that says so. Buttons about a wish name the one that was seen."""
    by = editor_of(request)
    seen = request.POST.get("agree") or request.POST.get("refuse")
    if seen is None:
        return (
            _WAITS if overrides.take_back(claim, why=why, by=by, now=now) else "Taken back. Its people have been told."
        )
    wish: Override = row_or_404(claim.overrides, int(seen) if seen.isdecimal() else 0)
    if "agree" in request.POST:
        overrides.agree(wish, by=by, now=now)
        return "Agreed, and done. Its people have been told."
    overrides.refuse(wish, why=why, by=by, now=now)
    return "Refused. The claim stays as it is."


@admin.register(Claim)
class ClaimAdmin(PagesAdmin):
    list_display = ["of", "state", "how", "opened_by", "opened_at"]
    list_filter = ["state", "is_demo"]
    search_fields = ["artifact__name", "artifact__slug", "opened_by__username", "proofs__place"]
    ordering = ["-opened_at", "-id"]

    def pages(self) -> list[tuple[str, Any, str]]:
        return [("<int:pk>/", claim_page, "page")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        return super().get_queryset(request).select_related("artifact", "opened_by").prefetch_related("proofs")

    @admin.display(description="claim of")
    def of(self, row: Claim) -> str:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', self.address_of(row), row.artifact.name[:80])

    @admin.display(description="by")
    def how(self, row: Claim) -> str:
        proof = next((one for one in row.proofs.all() if one.state != ProofState.OVER), None)
        return str(proof) if proof else ""


class SettleForm(NotedForm):
    outcome = forms.ChoiceField(
        label="Whose it is",
        choices=[
            (disputes.HOLDER, "The holder's"),
            (disputes.CHALLENGER, "The challenger's"),
            (disputes.BOTH, "Both look after it together"),
        ],
        help_text="For the challenger, or for both, it takes a second editor while the holder's proof stands.",
        widget=forms.RadioSelect,
    )
    field_order = ("outcome", "why")


def dispute_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Both proofs side by side; an editor settles what three days of looks have not."""
    need(request, "claims.view_dispute")
    it: Dispute = row_or_404(Dispute.objects.select_related("holder__artifact", "challenger", "settled_by"), pk)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        need(request, "claims.change_dispute")
        if form.is_valid():
            if asked := asked_first(request):
                return asked
            said = form.cleaned_data
            try:
                waits = overrides.settle(
                    it, said["outcome"], why=said["why"], by=editor_of(request), now=timezone.now()
                )
                done = "Settled. The people of both claims have been told."
                messages.success(request, _WAITS if waits else done)
                return HttpResponseRedirect(request.path)
            except (CannotClaim, disputes.CannotSettle) as error:
                messages.error(request, str(error))
    sides = [("Holder", it.holder), ("Challenger", it.challenger)]
    return page(
        request,
        "dispute.html",
        Dispute,
        f"Who owns {it.holder.artifact.name[:80]}?",
        it=it,
        sides=[(name, claim, claim.proofs.exclude(state=ProofState.OVER).first()) for name, claim in sides],
        may_settle=it.state != DisputeState.SETTLED and request.user.has_perm("claims.change_dispute"),
        wish=it.overrides.filter(state=OverrideState.WAITING).select_related("asked_by").first(),
        form=form,
    )


@admin.register(Dispute)
class DisputeAdmin(PagesAdmin):
    list_display = ["about", "state", "outcome", "opened_at", "settled_at"]
    list_filter = ["state"]
    list_select_related = ["holder__artifact"]
    ordering = ["-opened_at", "-id"]

    def pages(self) -> list[tuple[str, Any, str]]:
        return [("<int:pk>/", dispute_page, "page")]

    @admin.display(description="about")
    def about(self, row: Dispute) -> str:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', self.address_of(row), row.holder.artifact.name[:80])


class ReplyForm(NotedForm):
    answer = forms.ChoiceField(
        label="The reply",
        choices=[("accept", "Show it, as it is"), ("refuse", "Do not show it")],
        widget=forms.RadioSelect,
    )
    field_order = ("answer", "why")


def reply_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An owner's reply beneath the sentence that it is about."""
    need(request, "claims.view_reply")
    rows = Reply.objects.select_related("claim__artifact", "contrast__offering__artifact", "by", "decided_by")
    it: Reply = row_or_404(rows, pk)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    form.fields["why"].help_text = "Its writer reads it."
    if request.method == "POST":
        need(request, "claims.change_reply")
        if form.is_valid():
            said = form.cleaned_data
            try:
                replies.decide(
                    it,
                    is_accepted=said["answer"] == "accept",
                    note=said["why"],
                    by=editor_of(request),
                    now=timezone.now(),
                )
                messages.success(request, "Decided. Its writer has been told.")
                return HttpResponseRedirect(reverse("admin:queue", args=["replies"]))
            except replies.CannotReply as error:
                messages.error(request, str(error))
    return page(
        request,
        "reply.html",
        Reply,
        f"A reply of the owner of {it.claim.artifact.name[:80]}",
        it=it,
        has_changed=it.sentence != it.contrast.text,
        may_decide=it.state == ReplyState.WAITING and request.user.has_perm("claims.change_reply"),
        form=form,
    )


@admin.register(Reply)
class ReplyAdmin(PagesAdmin):
    list_display = ["said", "state", "written_at", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["claim__artifact"]
    ordering = ["-written_at", "-id"]

    def pages(self) -> list[tuple[str, Any, str]]:
        return [("<int:pk>/", reply_page, "page")]

    @admin.display(description="reply")
    def said(self, row: Reply) -> str:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', self.address_of(row), row.text[:80])


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Read, and nothing else; the database itself refuses the rest. Whether it holds together is asked once a day."""

    list_display = ["number", "at", "verb", "actor", "artifact", "claim"]
    list_filter = ["verb"]
    search_fields = ["=artifact", "=claim", "=actor"]
    ordering = ["-number"]
