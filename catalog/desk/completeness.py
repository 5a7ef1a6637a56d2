"""What a listing lacks, as sentences that lead to the place in the form: never as a score to be filled up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.choices import Kind
from catalog.factsheet import facts_of
from catalog.models import Artifact
from catalog.publishing import missing_for_publication

#: Part of a listing -> where the form has it.
PLACES = {
    "tagline": "id_tagline",
    "description": "id_description",
    "offerings": "offerings-group",
    "evidence": "offerings-group",
    "identity": "id_homepage",
    "publisher": "part-identity",
    "licence": "id_licence",
    "facts": "facts-group",
    "prices": "prices-group",
    "categories": "part-shelves",
}
_SOLD = {Kind.API, Kind.PLATFORM, Kind.PRODUCT, Kind.WEBAPP, Kind.APP}
#: Of each kind's facts, those that readers compare by: the first so many of its fact sheet.
_TELLING = 4


@dataclass(frozen=True)
class Lack:
    sentence: str
    place: str
    #: Whether it cannot be published without.
    is_needed: bool = False


def lacks_of(artifact: Artifact) -> list[Lack]:
    """In the order of the form, what keeps it from its readers first."""
    needed = [Lack(sentence, PLACES[part], True) for part, sentence in missing_for_publication(artifact).items()]
    taken = {lack.place for lack in needed}
    return needed + [lack for lack in _wished(artifact) if lack.place not in taken]


def _wished(artifact: Artifact) -> Iterator[Lack]:
    if artifact.publisher_id is None:
        yield Lack("Nobody is named as its publisher.", PLACES["publisher"])
    if not artifact.licence:
        yield Lack("Its licence is not known.", PLACES["licence"])
    there = set(artifact.facts.values_list("name", flat=True))
    absent = [spec.label for spec in facts_of(artifact.kind)[:_TELLING] if spec.name not in there]
    if absent:
        yield Lack(f"Not known: {', '.join(label.lower() for label in absent)}.", PLACES["facts"])
    bare = list(artifact.offerings.without_evidence().order_by("position", "id").values_list("title", flat=True))
    if bare:
        more = f" and {len(bare) - 3} more" if len(bare) > 3 else ""
        named = ", ".join(f"“{title[:60]}”" for title in bare[:3])
        yield Lack(f"Without evidence: {named}{more}.", PLACES["evidence"])
    if artifact.kind in _SOLD and not artifact.prices.exists():
        yield Lack("No price is known.", PLACES["prices"])
    if not artifact.categories.exists():
        yield Lack("It stands on no shelf.", PLACES["categories"])
