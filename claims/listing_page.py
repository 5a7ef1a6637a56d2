"""The listing as its owner edits it: each section with its forms, what stands in them, who says so, and what waits.

Reads only. What is sent back is compared with what was shown (`Form.changed`), so that nobody proposes what they never
touched; what it means is listing.py's.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog import values, wording
from catalog.choices import ProposalState
from catalog.models import Artifact, Capability, Contrast, Fact, Offering, Price, Proposal
from claims import fields, listing
from claims.fields import Field
from claims.listing_plans import own_facts, own_prices, provider_of
from claims.models import Claim
from claims.suggestions import proposals_of


@dataclass(frozen=True)
class Sent:
    """What came back and could not be taken, to be shown again as it was written."""

    section: str
    row: int | None
    said: Mapping[str, str]
    errors: Mapping[str, str]
    is_removal: bool = False


@dataclass(frozen=True)
class Input:
    field: Field
    id: str
    value: str
    error: str = ""
    #: What readers see now, and who says so, where that is not what stands in the field.
    stands: str = ""
    says: str = ""
    #: Whether something that was proposed for it waits.
    waits: bool = False


@dataclass(frozen=True)
class Form:
    section: str
    row: int | None
    title: str
    inputs: tuple[Input, ...]
    #: Told from all others on the page by it.
    key: str
    #: A digest of what stands in it: whoever sends it back has looked at that.
    seen: str
    error: str = ""
    why: str = ""
    why_error: str = ""
    source: str | None = None
    source_error: str = ""
    #: Hidden fields of a row to add, by name.
    of: tuple[tuple[str, str], ...] = ()
    says: str = ""
    is_open: bool = False
    waits: bool = False
    #: Forms that belong to this row.
    below: tuple[Form, ...] = ()
    is_removal_refused: bool = False

    def changed(self, said: Mapping[str, str]) -> dict[str, str]:
        """Of what was sent the fields of this form: of a row that is there, those that are not as they were shown."""
        shown = {one.field.name: one.value for one in self.inputs}
        is_new = self.row is None and self.section not in ("listing", "facts")
        found = {name: said[name] for name in shown if name in said}
        changed = {name: text for name, text in found.items() if is_new or _bare(text) != _bare(shown[name])}
        return {**changed, **dict(self.of)}


@dataclass(frozen=True)
class Page:
    listing: Form
    facts: Form
    offerings: tuple[Form, ...]
    new_offering: Form
    prices: tuple[Form, ...]
    new_price: Form
    provider: str
    capabilities: tuple[tuple[str, str], ...] = ()
    waiting: int = 0

    def forms(self) -> Iterable[Form]:
        for form in (self.listing, self.facts, *self.offerings, self.new_offering, *self.prices, self.new_price):
            yield form
            yield from form.below

    def form(self, key: str) -> Form | None:
        return next((form for form in self.forms() if form.key == key), None)


@dataclass
class _Making:
    """What all forms of one page share while it is made."""

    claim: Claim
    sent: Sent | None
    waits: Mapping[str, set[str]] = field(default_factory=dict)

    def form(
        self,
        section: str,
        row: int | None,
        title: str,
        listed: Iterable[Field],
        stands: Mapping[str, str],
        *,
        key: str = "",
        source: str | None = None,
        told: Mapping[str, tuple[str, str]] | None = None,
        **more: Any,
    ) -> Form:
        key = key or (f"{section}-{row}" if row else section)
        sent = self.sent if self.sent and self.sent.said.get("form") == key else None
        said: Mapping[str, str] = sent.said if sent else {}
        errors = dict(sent.errors) if sent else {}
        waiting = self.waits.get(key, set())
        inputs = tuple(
            Input(
                field=one,
                id=f"{key}-{one.name}",
                value=said.get(one.name, stands.get(one.name, "")),
                error=errors.pop(one.name, ""),
                stands=(told or {}).get(one.name, ("", ""))[0],
                says=(told or {}).get(one.name, ("", ""))[1],
                waits=one.name in waiting,
            )
            for one in listed
        )
        why_error, source_error = errors.pop("why", ""), errors.pop("source", "")
        return Form(
            section, row, title, inputs, key, _digest(stands),
            error=" ".join(errors.values()),
            why=said.get("why", ""),
            why_error=why_error,
            source=said.get("source", source) if source is not None else None,
            source_error=source_error,
            is_open=sent is not None,
            waits=bool(waiting),
            is_removal_refused=sent is not None and sent.is_removal,
            **more,
        )  # fmt: skip


def page_of(claim: Claim, *, sent: Sent | None = None) -> Page:
    artifact = claim.artifact
    open_ones = list(proposals_of(claim).filter(state=ProposalState.OPEN))
    making = _Making(claim, sent, _waiting(open_ones))
    address = listing.address_of(artifact)
    says = {one.name: str(getattr(artifact, one.name)) for one in fields.LISTING}
    offerings = list(Offering.objects.filter(artifact=artifact).select_related("capability").order_by("position", "pk"))
    offered = {one.capability_id for one in offerings}
    free = Capability.objects.live().exclude(pk__in=offered).order_by("key")
    return Page(
        listing=making.form("listing", None, "Text and links", fields.LISTING, says),
        facts=_facts(making, artifact, address),
        offerings=_offerings(making, artifact, offerings),
        new_offering=making.form(
            "offerings", None, "Add an offering", (CAPABILITY, *fields.OFFERING), {}, key="offerings-new", source=""
        ),
        prices=tuple(
            making.form(
                "prices", price.pk,
                _price(price),
                fields.PRICE_END, {}, says=f"{price.get_origin_display()}, at {price.provider}",
            )
            for price in own_prices(artifact)
        ),
        new_price=making.form(
            "prices", None, "Add a price", fields.PRICE, {"currency": "USD", "per": "1"}, key="prices-new",
            source=address,
        ),
        provider=provider_of(artifact),
        capabilities=tuple(free.values_list("key", "name")),
        waiting=len(open_ones),
    )  # fmt: skip


#: Which of the vocabulary a new offering is about: read by listing_plans.py, which knows the words.
CAPABILITY = Field(
    "capability", "Capability", fields.line(200), "capability",
    help="Of the vocabulary, such as text.summarization.", longest=200, is_required=True,
)  # fmt: skip


def _facts(making: _Making, artifact: Artifact, address: str) -> Form:
    own = {name: values.written(row.value) for name, row in own_facts(artifact).items()}
    stated = Fact.objects.filter(artifact=artifact, is_stated=True).select_related("source")
    told = {
        row.name: (
            wording.fact(row.name, row.value),
            f"{row.get_origin_display().lower()}, {row.source.title[:80]}" + (", disputed" if row.is_disputed else ""),
        )
        for row in stated
    }
    return making.form("facts", None, "Facts", fields.facts(artifact.kind), own, source=address, told=told)


def _offerings(making: _Making, artifact: Artifact, offerings: list[Offering]) -> tuple[Form, ...]:
    contrasts: dict[int, list[Contrast]] = defaultdict(list)
    found = Contrast.objects.filter(offering__artifact=artifact).select_related("artifact").order_by("pk")
    for contrast in found:
        contrasts[contrast.offering_id].append(contrast)
    return tuple(_offering(making, one, contrasts[one.pk]) for one in offerings)


def _offering(making: _Making, offering: Offering, contrasts: list[Contrast]) -> Form:
    below = [
        making.form("contrasts", one.pk, f"Against {one.artifact.name[:80]}", fields.CONTRAST, {"text": one.text})
        for one in contrasts
    ]
    below.append(
        making.form(
            "contrasts", None, "Set it against another artifact", (AGAINST, *fields.CONTRAST), {},
            key=f"contrasts-new-{offering.pk}", of=(("offering", str(offering.pk)),),
        )
    )  # fmt: skip
    stands = {one.name: _text(getattr(offering, one.name), one) for one in fields.OFFERING}
    return making.form(
        "offerings", offering.pk, offering.title, fields.OFFERING, stands, source="",
        says=f"{offering.capability.name}, described by: {offering.get_taken_apart_by_display().lower()}",
        below=tuple(below),
    )  # fmt: skip


AGAINST = Field(
    "against", "The other artifact", fields.line(120),
    help="The last part of its page’s address, such as whisper-large-v3.", longest=120, is_required=True,
)  # fmt: skip


def _price(price: Price) -> str:
    told = wording.price(price.amount, price.currency, price.per, price.meter)
    return f"{told}, {price.tier}" if price.tier else told


def _text(value: Any, listed: Field) -> str:
    if isinstance(value, list):
        return (", " if listed.read is fields.data_types else "\n").join(map(str, value))
    return str(value)


def _digest(stands: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(stands, sort_keys=True).encode()).hexdigest()[:16]


def _bare(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _waiting(proposals: Iterable[Proposal]) -> dict[str, set[str]]:
    """By form, the fields for which something waits."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in proposals:
        section = {"artifact": "listing", "fact": "facts"}.get(one.label.partition(".")[2])
        if section == "facts":
            found["facts"].add(one.grounds.get("of", {}).get("name", ""))
        elif section:
            found[section].update(one.after)
        elif one.row is not None:
            found[f"{one.label.partition('.')[2]}s-{one.row}"].update(one.after or {""})
    return found
