"""Offerings that texts speak of: proposed to editors, accepted as they are or in other words, refused for good.

What a text claims is found by `catalog.decompose`, by rules, or by its `endpoint`, which asks a language model; what
becomes of it is decided here. Called by the command, by the list of artifacts at the desk, by `asking`, and by `texts`
for what imports bring.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from catalog.changes import change
from catalog.choices import Origin, ProposalState, SourceKind, TakenApartBy
from catalog.decompose import Offer, Term, Vocabulary, decompose
from catalog.desk import making
from catalog.models import Artifact, Capability, Evidence, Offering, Proposal, Source
from catalog.storable import is_unstorable

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: What an editor may put in other words; the quote stays as the source has it.
WORDS = ("title", "description", "input_types", "output_types")


class CannotOffer(Exception):
    pass


@dataclass(frozen=True)
class Place:
    """Where a text stands, for the evidence: an address or the source's own slug. Neither: nothing is cited."""

    url: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Proposed:
    """What became of the offers of one text."""

    new: int = 0
    #: The artifact offers it already, it waits for an editor, or one has refused it.
    known: int = 0
    #: Published at once, because the site says so.
    accepted: int = 0

    def __add__(self, other: Proposed) -> Proposed:
        return Proposed(self.new + other.new, self.known + other.known, self.accepted + other.accepted)

    def __str__(self) -> str:
        return f"proposed={self.new} known={self.known} accepted={self.accepted}"


def terms() -> list[Term]:
    rows = Capability.objects.live().prefetch_related("synonyms").order_by("key")
    return [Term(row.key, row.name, row.description, tuple(word.text for word in row.synonyms.all())) for row in rows]


def vocabulary() -> Vocabulary:
    """The live one. It takes a tenth of a second to build: once for many texts."""
    return Vocabulary(terms())


def take_apart(artifact: Artifact, text: str, *, words: Vocabulary, place: Place | None = None) -> Proposed:
    """What the built-in rules find in a text about the artifact, proposed."""
    return propose(artifact, decompose(text, words), by=TakenApartBy.RULES, place=place or Place())


def own_text(artifact: Artifact) -> str:
    """What the listing itself says, where no other text is at hand. It is no evidence for anything."""
    return f"{artifact.tagline}\n\n{artifact.description}"


def take_listings_apart(artifacts: Iterable[Artifact], *, words: Vocabulary | None = None) -> Proposed:
    """Of each what its own listing claims and no offering says."""
    words = words or vocabulary()
    total = Proposed()
    for artifact in artifacts:
        total += take_apart(artifact, own_text(artifact), words=words)
    return total


def propose(artifact: Artifact, offers: Sequence[Offer], *, by: str, place: Place) -> Proposed:
    """Twice changes nothing. What is refused stays refused, whatever words another text has for it."""
    return propose_all([Text(artifact.pk, tuple(offers), place)], by=by)


@dataclass(frozen=True)
class Text:
    """What a text about one artifact offers."""

    artifact_id: int
    offers: tuple[Offer, ...]
    place: Place
    #: The run of an import that brought it: undone, it takes what is still open along.
    run_id: int | None = None


def propose_all(texts: Sequence[Text], *, by: str) -> Proposed:
    """Of many texts at once, in a number of queries that does not grow with them, but for what is published at once."""
    ids = {text.artifact_id for text in texts}
    keys = {offer.capability for text in texts for offer in text.offers}
    if not keys:
        return Proposed()
    with change(why="Taken apart from a text."):
        live = dict(Capability.objects.live().filter(key__in=keys).values_list("key", "pk"))
        names = dict(Capability.objects.filter(pk__in=live.values()).values_list("pk", "name"))
        known = set(Offering.objects.filter(artifact__in=ids).values_list("artifact_id", "capability_id"))
        earlier = Proposal.objects.filter(artifact__in=ids).exclude(capability=None)
        lapsed: dict[tuple[int, int], int] = {}
        for pk, artifact_id, capability_id, state in earlier.values_list("pk", "artifact", "capability", "state"):
            if state == ProposalState.OUTDATED:  # its source told otherwise since, or the import was undone
                lapsed[artifact_id, capability_id] = pk
            else:
                known.add((artifact_id, capability_id))
        new: dict[tuple[int, int], Proposal] = {}
        count = 0
        for text in texts:
            for offer in text.offers:
                count += 1
                pair = (text.artifact_id, live.get(offer.capability, 0))
                if pair[1] and pair not in known and pair not in new and not _is_unstorable(offer):
                    new[pair] = _proposal(offer, text, pair[1], names[pair[1]], by)
        again = [pair for pair in new if pair in lapsed]
        for pair in again:
            new[pair].pk = lapsed[pair]
        columns = ["run", "after", "digest", "taken_apart_by", "grounds", "state", "proposed_at"]
        Proposal.objects.bulk_update([new[pair] for pair in again], columns, batch_size=200)
        # Another worker may have proposed the same just now.
        fresh = [row for pair, row in new.items() if pair not in lapsed]
        Proposal.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
        accepted = _accept_the_sure(new)
        return Proposed(len(new) - accepted, count - len(new), accepted)


def _accept_the_sure(new: Mapping[tuple[int, int], Proposal]) -> int:
    """Where the site says so, what is sure enough goes without an editor. What cannot be waits for one."""
    least = settings.DECOMPOSER["ACCEPT_FROM"]
    sure = {pair for pair, row in new.items() if row.grounds["confidence"] >= least}
    if not sure:
        return 0
    accepted = 0
    rows = Proposal.objects.filter(artifact__in={pair[0] for pair in sure}, state=ProposalState.OPEN)
    for row in rows.exclude(capability=None).select_related("artifact", "capability").order_by("pk"):
        if (row.artifact_id, row.capability_id) in sure:
            with suppress(CannotOffer), transaction.atomic():
                accept(row, by=None)
                accepted += 1
    return accepted


def _proposal(offer: Offer, text: Text, capability_id: int, name: str, by: str) -> Proposal:
    after = {
        "title": offer.title[:300],
        "description": offer.description,
        "input_types": list(offer.input_types),
        "output_types": list(offer.output_types),
    }
    return Proposal(
        artifact_id=text.artifact_id,
        capability_id=capability_id,
        run_id=text.run_id,
        label=Offering._meta.label_lower,
        subject=f"offering of {name}"[:300],
        before={},
        after=after,
        digest=hashlib.sha256(json.dumps(after, sort_keys=True).encode()).hexdigest(),
        taken_apart_by=by,
        grounds={
            "quote": offer.quote,
            "place": offer.place,
            "confidence": offer.confidence,
            "how": offer.how,
            "source": {"url": text.place.url, "kind": text.place.kind},
        },
    )


def _is_unstorable(offer: Offer) -> bool:
    """JSON can escape what no page and no PostgreSQL holds."""
    return is_unstorable([offer.title, offer.description, offer.quote, offer.how])


def accept(proposal: Proposal, *, by: User | None, edited: Mapping[str, Any] | None = None) -> Offering:
    """It becomes an offering with its evidence, labelled by who took it apart; put in other words, by an editor."""
    with change(why=f"Accepted from a text, by {proposal.get_taken_apart_by_display()}."):
        _open(proposal)
        capability = _live(proposal, edited)
        artifact = proposal.artifact
        if artifact.merged_into_id:
            raise CannotOffer("That listing has been merged since; refuse it.")
        if Offering.objects.filter(artifact=artifact, capability=capability).exists():
            raise CannotOffer(f"It offers {capability.name} by now; refuse this one.")
        words = {name: (edited or {}).get(name, proposal.after[name]) for name in WORDS}
        is_edited = words != proposal.after or capability.pk != proposal.capability_id
        last = artifact.offerings.aggregate(last=Max("position"))["last"]
        offering = Offering(
            artifact=artifact,
            capability=capability,
            taken_apart_by=TakenApartBy.EDITOR if is_edited else proposal.taken_apart_by,
            position=0 if last is None else min(last + 1, 32_000),
            **words,
        )
        try:
            offering.full_clean()
        except ValidationError as error:
            raise CannotOffer(" ".join(error.messages)) from error
        offering._history_user = by  # type: ignore[attr-defined]  # in the background no request tells who it is
        offering.save()
        source = _source(proposal.grounds.get("source", {}))
        if source is not None:
            origin = Origin.AI if proposal.taken_apart_by == TakenApartBy.AI else Origin.OBSERVED
            Evidence.objects.create(
                offering=offering, source=source, quote=proposal.grounds.get("quote", ""), origin=origin
            )
        _close(proposal, ProposalState.ACCEPTED, by=by)
        return offering


def refuse(proposal: Proposal, *, by: User, note: str = "") -> None:
    with change():
        _open(proposal)
        _close(proposal, ProposalState.REFUSED, by=by, note=note)


def reopen(proposal: Proposal, *, by: User) -> None:
    """Takes an answer back. An offering that came of it goes, unless somebody has had it in hand since."""
    with change(why="An answer to a proposed offering was taken back."):
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if locked.state not in (ProposalState.ACCEPTED, ProposalState.REFUSED):
            raise CannotOffer("It has not been answered.")
        if locked.state == ProposalState.ACCEPTED:
            made = Offering.objects.filter(artifact=locked.artifact_id, capability=_live(proposal, None)).first()
            if made is not None:
                if made.history.count() > 1 or made.contrasts.exists() or made.evidence.count() > 1:
                    raise CannotOffer("Somebody has worked on the offering since; it stays.")
                made._history_user = by  # type: ignore[attr-defined]
                made.delete()
        proposal.state, proposal.decided_by, proposal.decided_at, proposal.note = ProposalState.OPEN, None, None, ""
        proposal.save()


def _open(proposal: Proposal) -> None:
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state != ProposalState.OPEN:
        raise CannotOffer(f"It has been decided: {locked.get_state_display().lower()}.")


def _live(proposal: Proposal, edited: Mapping[str, Any] | None) -> Capability:
    """The one it names, or what that has been merged into since."""
    named = (edited or {}).get("capability") or proposal.capability
    if named is None:
        raise CannotOffer("Choose a capability.")
    seen: Capability = named
    while (into := seen.merged_into) is not None:
        seen = into
    return seen


def _source(said: Mapping[str, str]) -> Source | None:
    """The text's own source, found by its address or made; None where the text has no address."""
    if not said.get("url"):
        return None
    try:
        source = making.source(said["url"])
    except making.CannotMake as error:
        raise CannotOffer(str(error)) from error
    if source._state.adding:
        if said.get("kind") in SourceKind.values:
            source.kind = said["kind"]
        source.save()
    return source


def _close(proposal: Proposal, state: ProposalState, *, by: User | None, note: str = "") -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.note = state, by, timezone.now(), note.strip()
    proposal.save()
