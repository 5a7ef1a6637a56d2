"""From which networks the people of a claim have signed in, so that their own searches and choices count for nothing.

A network is a digest under the salt of its thirty days, as searches have it: no address is written down. What is noted
is thrown away when the last week that it can be about has been told.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from claims.choices import HOLDING
from claims.models import Claim, SignIn
from ranking.graph.actors import network_digest

#: For how long a log-in makes a network its person's own.
OWN_FOR = dt.timedelta(days=30)
#: And a week more than a fortnight, for a week is told in the days after it.
KEPT = OWN_FOR + dt.timedelta(days=15)


def note(user_id: int, address: str, *, now: dt.datetime) -> None:
    if address:
        network = network_digest(address, on=now.date())
        SignIn.objects.update_or_create(user_id=user_id, network=network, defaults={"at": now})


def networks_of(claim: Claim, *, since: dt.datetime) -> set[str]:
    """Of all who look after it."""
    found = SignIn.objects.filter(user__memberships__claim=claim, at__gte=since - OWN_FOR)
    return set(found.values_list("network", flat=True))


def own_to(network: str, person: int | None, now: dt.datetime) -> set[int]:
    """Artifacts that they look after, and whoever has signed in from there of late. For `ranking.graph.own_side`."""
    lately = SignIn.objects.filter(network=network, at__gt=now - OWN_FOR)
    theirs = Q(members__user__in=lately.values("user"))
    if person is not None:
        theirs |= Q(members__user=person)
    held = Claim.objects.filter(theirs, state__in=HOLDING)
    return set(held.values_list("artifact_id", flat=True))


def throw_away_old(*, now: dt.datetime) -> None:
    SignIn.objects.filter(at__lt=now - KEPT).delete()
