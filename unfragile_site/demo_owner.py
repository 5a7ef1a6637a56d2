"""The demo's owner: one account with one claim, whose word the demo itself serves, so that the owner's pages can be
seen at work. Whoever sees that claim reads that it is the demo's.
"""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User

from catalog.choices import Wish
from catalog.models import Artifact, ArtifactTally, Contrast
from claims import checking, demo, listing, replies, requests, telling_weeks
from claims.choices import ClaimState, ProofState
from claims.models import Claim, Proof
from claims.numbers import WEEK, monday

OWNER, EMAIL = "owner", "owner@demo.example"
LISTING = "brave-search-mcp"
#: Weeks that the sample searches fill, and days with views.
TOLD, VIEWED = 3, 70
#: Two more, as whom nobody can log in, and what both of them say is theirs: for the editors to settle.
RIVALS, DISPUTED = ("mira", "noor"), "tavily-mcp"
#: What the owner asks of the editors: one of the two they may well refuse.
PROPOSED = {"tagline": "Brave’s own index as nine tools, and an answer in words", "name": "Brave Search MCP, the best"}
WHY = "Shorter, and it says what one gets."
#: What they say to a sentence of another listing, and what they cannot change themselves.
RIVAL = "exa-mcp"
REPLY = "By design: each of the nine tools answers with its own kind of result, and a page is read when it is wanted."
REQUEST = "People ask us for answers, not for lists of links. Should it not stand among the question answerers, too?"


def lay_out(owner: User, *, now: dt.datetime) -> None:
    """Once: whoever has given the claim up, or lost it, has seen how that is."""
    owner.email = EMAIL
    owner.save()
    EmailAddress.objects.get_or_create(user=owner, email=EMAIL, defaults={"verified": True, "primary": True})
    if Claim.objects.filter(is_demo=True).exists():
        return
    listings = {artifact.slug: artifact for artifact in Artifact.objects.public().filter(slug__in=(LISTING, DISPUTED))}
    if LISTING in listings:
        demo.open_claim(listings[LISTING], by=owner, now=now)
        _add_views(listings[LISTING], now=now)
    for name in RIVALS if DISPUTED in listings else ():
        rival, _ = User.objects.get_or_create(username=name)
        rival.set_unusable_password()
        rival.save()
        demo.open_claim(listings[DISPUTED], by=rival, now=now)


def prove(*, now: dt.datetime) -> None:
    """As soon as the site answers, so that nobody has to wait for the clock."""
    waiting = Proof.objects.filter(claim__is_demo=True, state=ProofState.PENDING, first_present_at=None)
    for proof in waiting.select_related("claim").order_by("pk"):  # whose turn it is first holds the listing
        checking.look_for(proof, now=now)
    for claim in Claim.objects.filter(artifact__slug=LISTING, is_demo=True, state=ClaimState.PROVEN, suggestions=None):
        if claim.opened_by is not None:
            _ask_editors(claim, claim.opened_by, now=now)
    for claim in Claim.objects.filter(is_demo=True, state=ClaimState.PROVEN, weeks=None):
        for ago in range(1, TOLD + 1):
            telling_weeks.tell(claim, monday(now.date()) - ago * WEEK, now=now)


def _ask_editors(claim: Claim, owner: User, *, now: dt.datetime) -> None:
    """One thing of each kind that waits for them."""
    listing.propose(claim, "listing", PROPOSED, by=owner, now=now, why=WHY)
    requests.ask(claim, wish=Wish.CORRECTION, text=REQUEST, by=owner, now=now)
    said = Contrast.objects.filter(artifact=claim.artifact_id, offering__artifact__slug=RIVAL).order_by("pk").first()
    if said is not None:
        replies.write(claim, said.pk, REPLY, by=owner, now=now)


def _add_views(artifact: Artifact, *, now: dt.datetime) -> None:
    """Made up, like the searches: fewer at weekends, a few more each week."""
    days = (now.date() - dt.timedelta(days=ago) for ago in range(1, VIEWED + 1))
    views = {
        day: 4 + day.toordinal() % 7 + (6 if day.weekday() < 5 else 0) + day.toordinal() % 84 // 14 for day in days
    }
    ArtifactTally.objects.bulk_create(
        (ArtifactTally(artifact=artifact, day=day, views=count) for day, count in views.items()), ignore_conflicts=True
    )
