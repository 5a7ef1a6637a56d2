"""A TXT record below the host: whoever has it has the host and everything below."""

from __future__ import annotations

import hashlib
import secrets

from catalog.network import CannotFetch, txt_records
from claims.choices import Outcome
from claims.proofs.base import Asked, Instructions, Reach, Seen, unknown

LABEL = "_unfragile-challenge"


def instructions(asked: Asked) -> Instructions:
    return Instructions(
        steps=(
            f"Where you manage the DNS of {asked.where}, add a record of the type TXT.",
            "Leave it there: it is looked for every day.",
        ),
        copies=(("Name", f"{LABEL}.{asked.where}"), ("Type", "TXT"), ("Value", asked.token)),
    )


def look(asked: Asked, reach: Reach) -> Seen:
    try:
        records = txt_records(asked.where, below=LABEL, resolvers=reach.resolvers)
    except CannotFetch as error:
        return unknown(error.why)
    listed = "\n".join(sorted(records.agreed | records.disputed))
    evidence = {"name": f"{LABEL}.{asked.where}", "sha256": hashlib.sha256(listed.encode()).hexdigest()}
    if any(secrets.compare_digest(one.encode(), asked.token.encode()) for one in records.agreed):
        return Seen(Outcome.PRESENT, "there", evidence)
    if asked.token in records.disputed:
        return Seen(Outcome.UNKNOWN, "spreading", evidence)
    return Seen(Outcome.ABSENT, "other" if records.agreed else "missing", evidence)
