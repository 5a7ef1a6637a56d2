"""What is thrown away with time: queries' words after thirty days, salts after a day (see actors).

What an intent was called by its queries goes with their words, unless it belongs to nobody in particular by then.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from ranking.graph.actors import destroy_old_salts
from ranking.models import Feedback, Intent, Search

KEPT = dt.timedelta(days=30)


def forget_words(*, now: dt.datetime) -> int:
    """Of searches, and comments, older than KEPT. Returns how many lost theirs. What is not folded yet is next time."""
    old = {"at__lt": now - KEPT}
    with transaction.atomic():
        count = Search.objects.filter(**old, is_folded=True).exclude(text="").update(text="")
        count += Feedback.objects.filter(**old).exclude(comment="").update(comment="")
        named = Exists(Search.objects.filter(intent=OuterRef("pk")).exclude(text=""))
        for intent in Intent.objects.filter(~named, is_named=False).exclude(name=""):
            if not intent.is_public:
                Intent.objects.filter(pk=intent.pk).update(name="")
    return count


def forget(*, now: dt.datetime) -> tuple[int, int]:
    """How many salts were destroyed, and how many searches and comments lost their words."""
    return destroy_old_salts(today=now.date()), forget_words(now=now)
