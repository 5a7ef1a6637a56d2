"""From what an owner has sent to the rows that it would change: read field by field, compared with what stands, refused
with a sentence beside the field. Writes nothing; called by listing.py alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models

from catalog.choices import Origin
from catalog.desk.snapshots import image_of
from catalog.factsheet import FACTS
from catalog.models import Artifact, Capability, Contrast, Fact, Offering, Price
from catalog.vocabulary import capability_called
from claims import fields
from claims.fields import CannotRead, Field


class CannotPropose(Exception):
    """What is wrong, a sentence by field; under "" about all of it. `retry_after`: seconds, where waiting helps."""

    def __init__(self, errors: Mapping[str, str], *, retry_after: int = 0) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Plan:
    """One row as it stands and as it would be, in JSON. No `row`: one is added; no `after`: it is taken away."""

    label: str
    row: int | None
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    #: Of one to add: which it is, by columns that are not an owner's to choose freely.
    of: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    #: The field that a refusal of all of it is shown beside.
    named: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_removal(self) -> bool:
        return not self.after

    def only(self, names: Iterable[str]) -> Plan:
        kept = list(names)
        return replace(
            self,
            before={name: value for name, value in self.before.items() if name in kept},
            after={name: self.after[name] for name in kept},
        )

    def label_of(self, name: str) -> str:
        return self.labels.get(name, name)


def planned(
    artifact: Artifact,
    section: str,
    sent: Mapping[str, Any],
    *,
    row: int | None = None,
    remove: bool = False,
    source: str = "",
) -> list[Plan]:
    """Raises CannotPropose; an empty list never."""
    plan = _SECTIONS.get(section)
    if plan is None:
        raise CannotPropose({"": f"There is no such section; there are {', '.join(_SECTIONS)}."})
    try:
        url = fields.link(source)
    except CannotRead as error:
        raise CannotPropose({"source": str(error)}) from error
    found = plan(artifact, sent, row, remove, url)
    if not found:
        raise CannotPropose({"": "Nothing would change: this is what stands there."})
    return found


def _read(listed: Iterable[Field], sent: Mapping[str, Any], *, is_new: bool = False) -> dict[str, Any]:
    """What was sent of the listed fields. A name that is not listed is refused, and nothing of it is written."""
    known = {one.name: one for one in listed}
    errors = {name: "This is not yours to change." for name in sent if name not in known}
    read: dict[str, Any] = {}
    for name, one in known.items():
        if name not in sent and not (is_new and one.is_required):
            continue
        try:
            read[name] = one.read(sent.get(name, ""))
            if one.is_required and read[name] in ("", None, []):
                raise CannotRead("This cannot be empty.")
        except CannotRead as error:
            errors[name] = str(error)
    if errors:
        raise CannotPropose(errors)
    return read


def _differing(row: models.Model, read: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    wanted = [one for one in row._meta.concrete_fields if one.attname in read]
    stands = image_of(row, wanted)
    after = {name: value for name, value in read.items() if stands[name] != value}
    return {name: stands[name] for name in after}, after


def _labels(listed: Iterable[Field]) -> dict[str, str]:
    return {one.name: one.label for one in listed}


def _of_listing(artifact: Artifact, sent: Mapping[str, Any], row: int | None, remove: bool, url: str) -> list[Plan]:
    if remove:
        raise CannotPropose({"": "A listing is withdrawn by an editor; report what is wrong with it."})
    before, after = _differing(artifact, _read(fields.LISTING, sent))
    labels = _labels(fields.LISTING)
    return [Plan("catalog.artifact", artifact.pk, "listing", before, after, labels=labels)] if after else []


def own_facts(artifact: Artifact) -> dict[str, Fact]:
    rows = Fact.objects.filter(artifact=artifact, origin=Origin.OWNER).order_by("pk")
    return {row.name: row for row in rows}


def _of_facts(artifact: Artifact, sent: Mapping[str, Any], row: int | None, remove: bool, url: str) -> list[Plan]:
    read = _read(fields.facts(artifact.kind), sent)
    own = own_facts(artifact)
    plans = []
    for name, value in read.items():
        stands, label = own.get(name), FACTS[name].label
        if value is None or remove:
            if stands is not None:
                before = {"value": stands.value}
                plans.append(Plan("catalog.fact", stands.pk, f"fact {label.lower()}", before, {}, named=name))
            continue
        if stands is not None and stands.value == value:
            continue
        source = url or artifact.homepage or artifact.repository
        if not source:
            raise CannotPropose({"source": "Say where a reader can see it: an address that begins with https://."})
        before = {"value": stands.value} if stands else {}
        plans.append(
            Plan(
                "catalog.fact", stands.pk if stands else None, f"fact {label.lower()}", before, {"value": value},
                of={"name": name}, source=source, named=name, labels={"value": label},
            )
        )  # fmt: skip
    return plans


def _removal(row: models.Model, subject: str, names: Iterable[str]) -> list[Plan]:
    shown = image_of(row, [one for one in row._meta.concrete_fields if one.attname in set(names)])
    return [Plan(row._meta.label_lower, row.pk, subject, {n: v for n, v in shown.items() if v not in ("", [])}, {})]


def _of_offerings(artifact: Artifact, sent: Mapping[str, Any], row: int | None, remove: bool, url: str) -> list[Plan]:
    labels = _labels(fields.OFFERING)
    if row is not None:
        offering = Offering.objects.filter(artifact=artifact, pk=row).first()
        if offering is None:
            raise CannotPropose({"": "It does not offer that any more."})
        subject = f"offering “{offering.title[:200]}”"
        if remove:
            return _removal(offering, subject, labels)
        before, after = _differing(offering, _read(fields.OFFERING, sent))
        return [Plan("catalog.offering", row, subject, before, after, source=url, labels=labels)] if after else []
    said = dict(sent)
    capability = _capability(artifact, said.pop("capability", ""))
    after = {name: value for name, value in _read(fields.OFFERING, said, is_new=True).items() if value not in ("", [])}
    subject, of = f"new offering of {capability.name}", {"capability_id": capability.pk}
    return [Plan("catalog.offering", None, subject, {}, after, of=of, source=url, named="capability", labels=labels)]


def _capability(artifact: Artifact, word: Any) -> Capability:
    try:
        found = capability_called(fields.line(200)(word))
    except CannotRead as error:
        raise CannotPropose({"capability": str(error)}) from error
    if found is None:
        raise CannotPropose({"capability": "There is no such capability; choose one of the vocabulary."})
    if Offering.objects.filter(artifact=artifact, capability=found).exists():
        raise CannotPropose({"capability": f"It offers {found.name} already; change that one."})
    return found


def _of_contrasts(artifact: Artifact, sent: Mapping[str, Any], row: int | None, remove: bool, url: str) -> list[Plan]:
    labels = _labels(fields.CONTRAST)
    if row is not None:
        contrast = Contrast.objects.filter(offering__artifact=artifact, pk=row).select_related("artifact").first()
        if contrast is None:
            raise CannotPropose({"": "That is not there any more."})
        subject = f"contrast with {contrast.artifact.name[:200]}"
        if remove:
            return _removal(contrast, subject, labels)
        before, after = _differing(contrast, _read(fields.CONTRAST, sent))
        return [Plan("catalog.contrast", row, subject, before, after, labels=labels)] if after else []
    said = dict(sent)
    offering, other = said.pop("offering", ""), said.pop("against", "")
    errors = {}
    mine = Offering.objects.filter(artifact=artifact, pk=int(offering)) if _is_key(offering) else None
    if mine is None or not mine.exists():
        errors["offering"] = "Choose one of its offerings."
    against = Artifact.objects.public().filter(slug=other).first() if _is_slug(other) else None
    if against is None or against.pk == artifact.pk:
        errors["against"] = "Name another artifact of the catalog by the last part of its page’s address."
    if errors or against is None:
        raise CannotPropose(errors)
    if Contrast.objects.filter(offering=int(offering), artifact=against).exists():
        raise CannotPropose({"against": "It is set against that one already; change what it says."})
    of = {"offering_id": int(offering), "artifact_id": against.pk}
    after = _read(fields.CONTRAST, said, is_new=True)
    subject = f"contrast with {against.name[:200]}"
    return [Plan("catalog.contrast", None, subject, {}, after, of=of, named="against", labels=labels)]


def _is_key(value: Any) -> bool:
    return str(value).isascii() and str(value).isdecimal() and len(str(value)) < 19


def _is_slug(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 120 and "\x00" not in value


def provider_of(artifact: Artifact) -> str:
    """As whom its owner sells it."""
    return (artifact.publisher.name if artifact.publisher else artifact.name)[:120]


def own_prices(artifact: Artifact) -> models.QuerySet[Price]:
    """Their own alone: what others ask for it is theirs to say."""
    mine = models.Q(origin=Origin.OWNER) | models.Q(provider__iexact=provider_of(artifact))
    return Price.objects.filter(mine, artifact=artifact, valid_to=None).order_by("meter", "tier", "pk")


def _of_prices(artifact: Artifact, sent: Mapping[str, Any], row: int | None, remove: bool, url: str) -> list[Plan]:
    if row is not None:
        price = own_prices(artifact).filter(pk=row).first()
        if price is None:
            raise CannotPropose({"": "That is not a price of yours which still holds."})
        after = _read(fields.PRICE_END, sent, is_new=True)
        if price.valid_from and after["valid_to"] <= price.valid_from.isoformat():
            raise CannotPropose({"valid_to": f"It begins on {price.valid_from.isoformat()}; it ends later than that."})
        subject, before = f"price at {price.provider}", {"valid_to": None}
        return [Plan("catalog.price", row, subject, before, after, labels=_labels(fields.PRICE_END))]
    if remove:
        raise CannotPropose({"": "Say which."})
    after = {n: v for n, v in _read(fields.PRICE, sent, is_new=True).items() if v not in ("", None)}
    source = url or artifact.homepage or artifact.repository
    if not source:
        raise CannotPropose({"source": "Say where a reader can see it: an address that begins with https://."})
    provider = provider_of(artifact)
    return [
        Plan(
            "catalog.price", None, f"price at {provider}", {}, after,
            of={"provider": provider}, source=source, named="amount", labels=_labels(fields.PRICE),
        )
    ]  # fmt: skip


_Planner = Callable[[Artifact, Mapping[str, Any], int | None, bool, str], list[Plan]]
_SECTIONS: dict[str, _Planner] = {
    "listing": _of_listing,
    "facts": _of_facts,
    "offerings": _of_offerings,
    "contrasts": _of_contrasts,
    "prices": _of_prices,
}
