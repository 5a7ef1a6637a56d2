"""The closed lists of words that claims' columns may hold."""

from __future__ import annotations

from django.db import models


class Method(models.TextChoices):
    """How a claim is proven; the strongest first (see `STRENGTH`)."""

    REPOSITORY = "repository", "A file in the repository"
    DNS = "dns", "A DNS record"
    WELL_KNOWN = "well_known", "A file on the website"
    META = "meta", "A tag on the page"


#: Whoever administers the provider outranks whoever has the host, and that one whoever can write a page.
STRENGTH = {Method.REPOSITORY: 3, Method.DNS: 2, Method.WELL_KNOWN: 2, Method.META: 1}


class ClaimState(models.TextChoices):
    PENDING = "pending", "Waits for its proof"
    PROVEN = "proven", "Proven"
    CONTESTED = "contested", "Proven, and somebody else's too"
    SUSPENDED = "suspended", "Suspended"
    RELEASED = "released", "Released"
    REVOKED = "revoked", "Revoked"
    EXPIRED = "expired", "Not proven in time"


#: Of one artifact at most one claim holds the listing, suspended or not.
HOLDING = (ClaimState.PROVEN, ClaimState.SUSPENDED)
OPEN = (ClaimState.PENDING, ClaimState.CONTESTED, *HOLDING)


class ProofState(models.TextChoices):
    PENDING = "pending", "Asked for"
    STANDING = "standing", "Seen, and looked for every day"
    OVER = "over", "Over"


class Outcome(models.TextChoices):
    PRESENT = "present", "There"
    ABSENT = "absent", "Not there"
    UNKNOWN = "unknown", "Could not be seen"
    MISMATCH = "mismatch", "Another thing is there"


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MAINTAINER = "maintainer", "Maintainer"
    ANALYST = "analyst", "Analyst"


class Scope(models.TextChoices):
    """What a key may be good for; never for more than its person may themselves."""

    CLAIMS = "claims:read", "Read claims and proposals"
    ANALYTICS = "analytics:read", "Read numbers"
    PROPOSALS = "proposals:write", "Propose changes"


class DisputeState(models.TextChoices):
    OPEN = "open", "Both proofs are looked at"
    WAITING = "waiting", "An editor decides"
    SETTLED = "settled", "Settled"


class OverrideState(models.TextChoices):
    WAITING = "waiting", "Waits for a second editor"
    AGREED = "agreed", "Agreed"
    REFUSED = "refused", "Refused"
    MOOT = "moot", "Settled by something else"


class ReplyState(models.TextChoices):
    WAITING = "waiting", "Waits for an editor"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Taken back"
