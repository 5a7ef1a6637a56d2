"""Reads unfragile.yml from a claim's proven repository: when, how often, what came of it, and what it says beside the
page. The button and the daily round call `read`.

The repository is found by the ids that its proof has kept, so whoever takes an old name is not read. Reading
writes nothing of the catalog: what differs is proposed, see proposing.py.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from catalog import manifest
from catalog.changes import change
from catalog.choices import PUBLIC_LIFECYCLES
from catalog.identity import CannotIdentify, identity_key, repository_key
from catalog.importers.documents import MAX_BYTES
from catalog.importers.records import ArtifactRecord, PriceRecord
from catalog.limits import wait_for
from catalog.models import Artifact, CapabilityAlias, Fact, Identifier, Price
from catalog.network import CLAIMS
from catalog.vocabulary import capability_called, spoken
from claims import notices, proofs
from claims.audit import written
from claims.choices import ClaimState, Method, Outcome, ProofState
from claims.drift import LISTING, OFFERING, Part, Shown, drift_of
from claims.models import Claim, Manifest, Proof
from claims.proofs import Asked, Reach, Seen
from claims.proofs.base import evidence_of
from claims.proofs.repository_file import found_in
from claims.standing import next_look

log = logging.getLogger(__name__)

FILE = "unfragile.yml"
#: As strict as with proofs; only the file may be longer.
PROFILE = replace(CLAIMS, name="claims-manifest", most_bytes=MAX_BYTES)
#: Of one claim, how often people may have it read within an hour.
MOST, WINDOW = 5, 3600
LEASE = dt.timedelta(seconds=60)

#: What is said of a look by its code; of what a proof can meet, too, the same.
SENTENCES = {
    **proofs.SENTENCES,
    "read": "The file was read.",
    "faulty": "The file cannot be taken as it is. Nothing was taken from it.",
    "foreign": "The file speaks of another listing. Nothing was taken from it.",
    "no_page": f"There is no {FILE} at that place of the default branch.",
    "too_large": f"The file is longer than {MAX_BYTES // 1024} KiB. Nothing was taken from it.",
    "unclear": "The repository gave no clear answer. We look again tomorrow.",
}


class CannotRead(Exception):
    def __init__(self, retry_after: int) -> None:
        super().__init__("It has been read too often for now.")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Found:
    code: str
    data: Any = None
    findings: tuple[manifest.Finding, ...] = ()
    digest: str = ""
    #: For the audit: address, status, digest. Never the body.
    evidence: Mapping[str, Any] = field(default_factory=dict)
    #: Whether nobody knows what stands there: what was read before still counts.
    is_unknown: bool = False


def repository_of(claim: Claim) -> Proof | None:
    """The proof by which its repository is theirs; None where it is proven in another way, or not at the moment."""
    if claim.state != ClaimState.PROVEN:
        return None
    return claim.proofs.filter(state=ProofState.STANDING, method=Method.REPOSITORY).first()


def path_of(artifact: Artifact, repository: str) -> str:
    """Beside the artifact: where its listing names a folder of this repository, in there."""
    try:
        at, _, folder = repository_key(artifact.repository).partition("#")
    except CannotIdentify:
        return FILE
    parts = folder.split("/") if at == repository.casefold() and folder else []
    return FILE if not parts or any(part in ("", ".", "..") for part in parts) else f"{folder}/{FILE}"


# --- when -------------------------------------------------------------------------------------------------------------


def due(*, now: dt.datetime, claim: int | None = None) -> list[int]:
    """Claims whose file has to be read, or this one: by the ids of claims, since what was never read has no row."""
    proven = Claim.objects.filter(
        state=ClaimState.PROVEN, proofs__state=ProofState.STANDING, proofs__method=Method.REPOSITORY
    )
    never = Q(manifest=None) | Q(manifest__next_look_at=None)
    found = proven.filter(never | Q(manifest__next_look_at__lte=now))
    found = found if claim is None else found.filter(pk=claim)
    return list(found.order_by("pk").values_list("pk", flat=True)[:1000])


def check_limit(claim: Claim) -> None:
    """Counts somebody's asking. Raises CannotRead, and nothing is asked of anybody."""
    wait = wait_for(f"manifest:{claim.pk}", MOST, WINDOW)
    if wait:
        raise CannotRead(wait)


def read(
    claim: Claim,
    *,
    now: dt.datetime,
    by: User | None = None,
    reach: Reach | None = None,
    draw: Callable[[], float] = random.random,
) -> Manifest | None:
    """None: there is no proven repository, or somebody is reading already."""
    proof = repository_of(claim)
    if proof is None:
        return None
    path = path_of(claim.artifact, proof.place)
    row, _ = Manifest.objects.get_or_create(claim=claim, defaults={"place": f"{proof.place}/{path}"[:500]})
    free = Q(looked_at_until=None) | Q(looked_at_until__lt=now)
    if not Manifest.objects.filter(free, pk=row.pk).update(looked_at_until=now + LEASE):
        return None
    try:
        found = look(proof, path, claim.artifact, reach or Reach())
    except Exception:  # what is not expected takes nothing away and brings nothing
        log.exception("Reading the manifest of claim %s failed.", claim.pk)
        found = Found("unclear", is_unknown=True)
    return _kept(row.pk, found, proof=proof, path=path, by=by, now=now, draw=draw)


def look(proof: Proof, path: str, artifact: Artifact, reach: Reach) -> Found:
    """What stands there, checked. Writes nothing."""
    seen = found_in(Asked(proof.place, proof.token, dict(proof.ids)), path, reach, profile=PROFILE)
    if isinstance(seen, Seen):
        is_large = seen.code == "too_large"
        is_unknown = seen.outcome == Outcome.UNKNOWN and not is_large
        return Found(seen.code, evidence=seen.evidence, is_unknown=is_unknown)
    body, evidence = seen[0].body, evidence_of(seen[0])
    found = Found("faulty", digest=hashlib.sha256(body).hexdigest(), evidence=evidence)
    try:
        checked = manifest.validate(body, vocabulary=_vocabulary())
    except manifest.CannotRead as error:
        return replace(found, findings=(manifest.Finding(error.line, error.column, True, "", str(error)),))
    if checked.errors:
        return replace(found, findings=checked.findings)
    if foreign := _foreign(checked.data["artifact"], artifact, body.decode("utf-8-sig")):
        return replace(found, code="foreign", findings=tuple(foreign))
    return replace(found, code="read", data=checked.data, findings=checked.findings)


def _vocabulary() -> dict[str, str]:
    former = CapabilityAlias.objects.exclude(key=None).values_list("key", "capability__name")
    return {**{key: name for key, name in former if key}, **spoken()}


def _foreign(said: dict[str, Any], artifact: Artifact, text: str) -> list[manifest.Finding]:
    """Ids in the file that are another listing's: whose file this is, then, nobody can tell."""
    ids = dict(said.get("ids", {}))
    if said.get("repository"):
        ids.setdefault("repository", said["repository"])
    found = []
    for scheme, value in ids.items():
        try:
            key = identity_key(scheme, value)
        except CannotIdentify:
            continue
        others = Identifier.objects.filter(scheme=scheme, key=key).exclude(artifact=artifact)
        other = others.select_related("artifact").first()
        if other is not None:
            line = next((n for n, one in enumerate(text.splitlines(), 1) if value in one), 1)
            whose = (
                f"“{other.artifact.name[:80]}”" if other.artifact.lifecycle in PUBLIC_LIFECYCLES else "another listing"
            )
            found.append(
                manifest.Finding(line, 1, True, f"artifact.ids.{scheme}", f"{value[:100]} belongs to {whose}.")
            )
    return found


def _kept(
    pk: int,
    found: Found,
    *,
    proof: Proof,
    path: str,
    by: User | None,
    now: dt.datetime,
    draw: Callable[[], float],
) -> Manifest:
    with change():
        row = Manifest.objects.select_for_update(of=("self",)).select_related("claim__artifact").get(pk=pk)
        before = {"code": row.code, "digest": row.digest}
        row.place, row.code, row.looked_at = f"{proof.place}/{path}"[:500], found.code, now
        row.next_look_at, row.looked_at_until = next_look(now, draw()), None
        if not found.is_unknown:
            row.data, row.digest, row.read_at = found.data, found.digest, now
            row.findings = [
                {"line": one.line, "column": one.column, "is_error": one.is_error, "text": one.text}
                for one in sorted(found.findings, key=lambda one: not one.is_error)[:100]
            ]
        row.save()
        after = {"code": row.code, "digest": row.digest}
        if after != before and not found.is_unknown:
            written(
                "manifest read", at=now, actor=by.pk if by else None, artifact=row.claim.artifact_id,
                claim=row.claim_id, before=before, after=after, evidence=found.evidence,
            )  # fmt: skip
        if found.code in ("faulty", "foreign") and after != before:
            notices.tell(row.claim, "manifest_faulty")
        return row


# --- beside the page --------------------------------------------------------------------------------------------------


def drift(row: Manifest, *, today: dt.date) -> list[Part]:
    """Empty where nothing that can be taken was read."""
    if not row.data:
        return []
    record = record_of(row)
    keys = {one.capability: one.capability for one in record.offerings}
    names = {}
    for key in keys:
        called = capability_called(key)
        if called is not None:
            keys[key], names[called.key] = called.key, called.name
    version = str(row.data["artifact"].get("version", ""))
    return drift_of(record, version, shown(row.claim.artifact, keys=keys, names=names, today=today))


def record_of(row: Manifest) -> ArtifactRecord:
    return manifest.record_of(row.data or {}, source="unfragile.yml")


def shown(artifact: Artifact, *, keys: dict[str, str], names: dict[str, str], today: dt.date) -> Shown:
    offerings, known = {}, dict(names)
    for one in artifact.offerings.select_related("capability").order_by("position", "pk"):
        known[one.capability.key] = one.capability.name
        offerings[one.capability.key] = {name: getattr(one, name) for name in OFFERING}
    stated = Fact.objects.stated().filter(artifact=artifact, name="version").first()
    return Shown(
        listing={name: getattr(artifact, name) for name in LISTING},
        ids=dict(artifact.identifier_rows.values_list("scheme", "value")),
        version=str(stated.value) if stated else "",
        offerings=offerings,
        prices=tuple(_price(one) for one in artifact.prices.current(today).select_related("source").order_by("pk")),
        names=known,
        keys=keys,
    )


def _price(one: Price) -> PriceRecord:
    return PriceRecord(
        one.provider, one.meter, one.amount, one.source.slug, one.currency, one.per, one.tier, one.valid_from
    )
