"""People's part of the tables: claims and proofs, roles, disputes, numbers, and the log of what was done."""

from __future__ import annotations

from claims.models.audit import AuditEntry, AuditHead
from claims.models.claim import Claim, Look, Proof
from claims.models.digest import DigestLetter, DigestSubscription, LetterState
from claims.models.keys import Key, KeyDay
from claims.models.listing import OwnChange, Reminder, Suggestion
from claims.models.manifest import Manifest, Stated
from claims.models.numbers import SignIn, ToldWeek
from claims.models.people import Dispute, Invitation, Member, Override, Transfer
from claims.models.repeats import Repeat
from claims.models.reply import Reply

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Claim",
    "DigestLetter",
    "DigestSubscription",
    "Dispute",
    "Invitation",
    "Key",
    "KeyDay",
    "LetterState",
    "Look",
    "Manifest",
    "Member",
    "Override",
    "OwnChange",
    "Proof",
    "Reminder",
    "Repeat",
    "Reply",
    "SignIn",
    "Stated",
    "Suggestion",
    "ToldWeek",
    "Transfer",
]
