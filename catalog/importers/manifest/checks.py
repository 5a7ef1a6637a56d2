"""What a schema cannot say of a folder of catalog files: references, identities, and values by their registry."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from catalog import licences, publishing
from catalog.choices import DATE_SIGNALS, FLAG_SIGNALS, PUBLIC_LIFECYCLES
from catalog.factsheet import FACTS, CannotAccept
from catalog.identity import CannotIdentify, Described, doubled, identity_key, same_thing
from catalog.importers.circles import runs_in_a_circle
from catalog.importers.documents import Document, Path_
from catalog.importers.errors import Problem
from catalog.importers.manifest.citing import cited, dates, mentioned
from catalog.importers.manifest.folder import Folder, own_source_slug
from catalog.importers.records import CapabilityRecord
from catalog.models.fields import sort_key
from catalog.slugs import PATTERN

#: Digits before the point and places after it, as the tables keep them: what they would round differs at every import.
PRICE_DIGITS = (12, 12)
SCORE_DIGITS = (10, 4)


def problems_of(folder: Folder) -> list[Problem]:
    """Everything that is wrong with files that have the right shape."""
    return _Checker(folder).problems


class _Checker:
    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.lists = folder.lists
        self.artifacts = folder.artifacts
        self.problems: list[Problem] = []
        self.check()

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        return (data for _, _, data in self.lists[name])

    def check(self) -> None:
        slugs = self._unique("categories", "slug"), self._unique("publishers", "slug")
        self.categories, self.publishers = slugs
        self.capabilities = self._unique("capabilities", "key")
        self.sources = self._unique("sources", "key")
        self._unique("categories", "name")
        self._unique("capabilities", "name")
        self._check_addresses()
        self._check_vocabulary()
        for document, path, data in self.lists["sources"]:
            self._check_publisher(document, (*path, "publisher"), data)
        self._check_sources()
        self._check_identities()
        for document, data in self.artifacts:
            self._check_artifact(document, data)

    def _complain(self, document: Document, path: Path_, text: str) -> None:
        if path not in document.broken:
            self.problems.append(Problem(document.place, document.line(path), text))

    def _is_known(self, name: str, key: str, known: Collection[str]) -> bool:
        """Also what stands in rows and files of the wrong shape, which are told of elsewhere."""
        return key in known or key in self.folder.half_known[name] or name in self.folder.unread

    def _unique(self, name: str, key: str) -> set[str]:
        seen: dict[str, str] = {}
        for document, path, data in self.lists[name]:
            if data[key] in seen:
                self._complain(document, (*path, key), f"“{data[key]}” is defined in {seen[data[key]]} already.")
            seen.setdefault(data[key], f"{document.place}:{document.line((*path, key))}")
        return set(seen)

    def _check_addresses(self) -> None:
        """A capability's page is addressed by its name."""
        owners: dict[str, dict[str, Any]] = {}
        for document, path, data in self.lists["capabilities"]:
            slug = CapabilityRecord(data["key"], data["name"]).slug
            if not slug or "-vs-" in slug:
                self._complain(
                    document,
                    (*path, "name"),
                    f"“{data['name']}” makes no address; it takes Latin letters, and no “vs”.",
                )
            elif slug in owners and owners[slug]["name"] != data["name"]:
                self._complain(
                    document, (*path, "name"), f"The address “{slug}” already belongs to {owners[slug]['key']}."
                )
            owners.setdefault(slug, data)

    def _check_sources(self) -> None:
        """Sources go by one name each: else what one says would be shown as said by another."""
        owners: dict[str, str] = {}
        keys = [(document, (*path, "key"), row["key"], row["key"]) for document, path, row in self.lists["sources"]]
        for document, data in self.artifacts:
            keys += [
                (document, ("sources", key), key, own_source_slug(data["slug"], key)) for key in data.get("sources", {})
            ]
        for document, path, key, slug in keys:
            if not re.fullmatch(PATTERN, slug):
                self._complain(document, path, f"“{key}”: a source’s key takes letters, digits and hyphens.")
            elif slug in owners and path[0] == "sources":  # shared keys given twice are named above
                self._complain(
                    document, path, f"“{key}” cannot be told apart from “{owners[slug]}”; choose another key."
                )
            owners.setdefault(slug, key)

    def _check_vocabulary(self) -> None:
        words: dict[str, str] = {sort_key(data["name"]): data["key"] for data in self.rows("capabilities")}
        broader = {data["key"]: [data["broader"]] for data in self.rows("capabilities") if data.get("broader")}
        for document, path, data in self.lists["capabilities"]:
            for index, word in enumerate(data.get("synonyms", ())):
                owner = words.setdefault(sort_key(word), data["key"])
                if owner != data["key"]:
                    self._complain(document, (*path, "synonyms", index), f"“{word}” is a word for {owner} already.")
            if data.get("broader"):
                if not self._is_known("capabilities", data["broader"], self.capabilities):
                    self._complain(document, (*path, "broader"), self._unknown_capability(data["broader"]))
                elif runs_in_a_circle(data["key"], broader):
                    self._complain(document, (*path, "broader"), f"{data['key']} would be broader than itself.")

    def _unknown_capability(self, key: str) -> str:
        # Imported here: loading the vectors takes a third of a second, and most folders need none of it.
        from catalog.wordvectors import nearest

        names = {data["key"]: f"{data['name']} {data['key']}" for data in self.rows("capabilities")}
        near = nearest(key.replace(".", " ").replace("-", " "), names, count=2)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        return f"There is no capability “{key}” in the vocabulary.{hint}"

    def _check_publisher(self, document: Document, path: Path_, data: dict[str, Any]) -> None:
        if data.get("publisher") and not self._is_known("publishers", data["publisher"], self.publishers):
            self._complain(document, path, f"There is no publisher “{data['publisher']}” in publishers.yaml.")

    def _check_identities(self) -> None:
        self.slugs: dict[str, str] = {}
        identities: dict[tuple[str, str], str] = {}
        for document, data in self.artifacts:
            for path, slug in [
                (("slug",), data["slug"]),
                *((("aliases", i), a) for i, a in enumerate(data.get("aliases", ()))),
            ]:
                if slug in self.slugs:
                    self._complain(document, path, f"The slug “{slug}” belongs to {self.slugs[slug]} already.")
                self.slugs.setdefault(slug, document.place)
            for scheme, value in data.get("ids", {}).items():
                try:
                    identity = (scheme, identity_key(scheme, value))
                except CannotIdentify as error:
                    self._complain(document, ("ids", scheme), str(error))
                    continue
                if identity in identities:
                    self._complain(
                        document,
                        ("ids", scheme),
                        f"{scheme} {value} is {identities[identity]}: a thing is listed once.",
                    )
                identities.setdefault(identity, document.place)
        self._check_addresses_of_artifacts()

    def _check_addresses_of_artifacts(self) -> None:
        """Without ids, a repository or a homepage is what makes a thing the one it is."""
        seen: dict[tuple[str, str], list[tuple[Document, Described]]] = defaultdict(list)
        for document, data in self.artifacts:
            mine = _described(data)
            for address in mine.addresses:
                for other_document, other in seen[address]:
                    if same_thing(mine, other):
                        self._complain(
                            document,
                            (address[0],),
                            doubled(address[0], other_document.place),
                        )
                seen[address].append((document, mine))

    # --- one artifact -------------------------------------------------------------------------------------------------

    def _check_artifact(self, document: Document, data: dict[str, Any]) -> None:
        self._check_publisher(document, ("publisher",), data)
        try:
            licences.class_of(data.get("licence", ""))
        except licences.CannotRead as error:
            self._complain(document, ("licence",), str(error))
        for index, slug in enumerate(data.get("categories", ())):
            if not self._is_known("categories", slug, self.categories):
                self._complain(document, ("categories", index), f"There is no category “{slug}”.")
        if data.get("lifecycle") == "withdrawn" and not data.get("withdrawn_reason"):
            self._complain(document, ("lifecycle",), "A withdrawn artifact needs a withdrawn_reason.")
        if data.get("lifecycle", "published") in PUBLIC_LIFECYCLES:
            sentences = publishing.missing(
                tagline=data.get("tagline", ""),
                description=data.get("description", ""),
                offering_count=len(data.get("offerings", ())),
                is_identified=any(data.get(name) for name in ("ids", "repository", "homepage")),
                is_sourced=any(True for _ in cited(data)),
            )
            if sentences:
                text = f"{' '.join(sentences.values())} Add what is missing, or say lifecycle: draft."
                self._complain(document, ("lifecycle",), text)
        for key, source in data.get("sources", {}).items():
            if key in self.sources:
                self._complain(
                    document, ("sources", key), f"“{key}” is a shared source already; use it or choose another key."
                )
            self._check_publisher(document, ("sources", key, "publisher"), source)
        known = self.sources | data.get("sources", {}).keys()
        own = {key: source.get("url", key) for key, source in data.get("sources", {}).items()}
        self.address_of = {**{row["key"]: row.get("url", row["key"]) for row in self.rows("sources")}, **own}
        for path, key in cited(data):
            if not self._is_known("sources", key, known):
                self._complain(document, path, f"There is no source “{key}” in this file or in sources.yaml.")
        for path, slug in mentioned(data):
            if slug == data["slug"]:
                self._complain(document, path, "An artifact cannot refer to itself here.")
            elif not self._is_known("artifacts", slug, self.slugs):
                self._complain(document, path, f"There is no artifact “{slug}” in this folder.")
        self._check_facts(document, data)
        self._check_prices(document, data)
        self._check_readings(document, data)
        self._check_results(document, data)
        self._check_lineage(document, data)
        self._check_offerings(document, data)

    def _check_facts(self, document: Document, data: dict[str, Any]) -> None:
        seen: set[tuple[str, str, str]] = set()
        for index, fact in enumerate(data.get("facts", ())):
            spec = FACTS.get(fact["name"])
            if spec is None or data["kind"] not in spec.kinds:
                names = ", ".join(name for name, s in FACTS.items() if data["kind"] in s.kinds)
                self._complain(
                    document,
                    ("facts", index, "name"),
                    f"A {data['kind']} has no fact “{fact['name']}”; it has {names}.",
                )
                continue
            try:
                spec.clean(fact["value"])
            except CannotAccept as error:
                self._complain(document, ("facts", index, "value"), str(error))
            key = (fact["name"], self._address(fact), fact.get("origin", "observed"))
            if key in seen:
                self._complain(document, ("facts", index), f"{fact['name']} from {fact['source']} stands here already.")
            seen.add(key)
        for path, text in dates(data):
            try:
                dt.date.fromisoformat(text)
            except ValueError:
                self._complain(document, path, f"{text} is not a date in any calendar.")

    def _check_prices(self, document: Document, data: dict[str, Any]) -> None:
        seen: set[tuple[Any, ...]] = set()
        for index, price in enumerate(data.get("prices", ())):
            if Decimal(price["amount"]) < 0:
                self._complain(
                    document, ("prices", index, "amount"), "A price cannot be negative; a variable one is left out."
                )
            if price.get("valid_to") and price.get("valid_from") and price["valid_to"] <= price["valid_from"]:
                self._complain(document, ("prices", index, "valid_to"), "A price must end after it starts.")
            if not _fits(Decimal(price["amount"]), *PRICE_DIGITS):
                self._complain(document, ("prices", index, "amount"), _too_long("amount", *PRICE_DIGITS))
            key = (*(price.get(name, "") for name in ("provider", "meter", "tier", "valid_from")), self._address(price))
            if key in seen:
                self._complain(document, ("prices", index), "The same price stands here already.")
            seen.add(key)

    def _check_readings(self, document: Document, data: dict[str, Any]) -> None:
        seen: set[tuple[str, str, str]] = set()
        for index, reading in enumerate(data.get("readings", ())):
            for day, value in reading["values"].items():
                path = ("readings", index, "values", day)
                key = (reading["signal"], self._address(reading), day)
                if key in seen:
                    self._complain(
                        document, path, f"{reading['signal']} of {day} from {reading['source']} stands here already."
                    )
                seen.add(key)
                if reading["signal"] in DATE_SIGNALS:
                    try:
                        dt.date.fromisoformat(value)
                    except (TypeError, ValueError):
                        self._complain(document, path, f"{reading['signal']} takes a date as value, not {value!r}.")
                elif reading["signal"] in FLAG_SIGNALS:
                    if not isinstance(value, bool):
                        self._complain(document, path, f"{reading['signal']} takes true or false, not {value!r}.")
                elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
                    self._complain(document, path, f"{reading['signal']} takes a count, not {value!r}.")

    def _check_results(self, document: Document, data: dict[str, Any]) -> None:
        seen: set[tuple[Any, ...]] = set()
        for index, result in enumerate(data.get("benchmarks", ())):
            for name in ("low", "score", "high"):
                if name in result and not _fits(Decimal(result[name]), *SCORE_DIGITS):
                    self._complain(document, ("benchmarks", index, name), _too_long(name, *SCORE_DIGITS))
            key = (
                *(result.get(name, "") for name in ("benchmark", "version", "metric", "measured_on")),
                self._address(result),
            )
            if key in seen:
                self._complain(
                    document, ("benchmarks", index), f"A result of {result['benchmark']} like this stands here already."
                )
            seen.add(key)
            score = Decimal(result["score"])
            low, high = Decimal(result.get("low", score)), Decimal(result.get("high", score))
            if not low <= score <= high:
                self._complain(document, ("benchmarks", index, "score"), "The score lies outside its interval.")

    def _check_lineage(self, document: Document, data: dict[str, Any]) -> None:
        seen: set[tuple[str, str]] = set()
        for index, row in enumerate(data.get("lineage", ())):
            key = (row["relation"], row["artifact"])
            if key in seen:
                self._complain(
                    document, ("lineage", index), f"{row['relation']} {row['artifact']} stands here already."
                )
            seen.add(key)

    def _address(self, row: dict[str, Any]) -> str:
        """Two keys for one address are one source."""
        return self.address_of.get(row["source"], row["source"])

    def _check_offerings(self, document: Document, data: dict[str, Any]) -> None:
        seen: set[str] = set()
        for index, offering in enumerate(data.get("offerings", ())):
            key = offering["capability"]
            if not self._is_known("capabilities", key, self.capabilities):
                self._complain(document, ("offerings", index, "capability"), self._unknown_capability(key))
            if key in seen:
                self._complain(
                    document, ("offerings", index, "capability"), f"{key} is offered here already; merge the two."
                )
            seen.add(key)
            quotes = [(self._address(e), e.get("quote", "").strip()) for e in offering.get("evidence", ())]
            if len(set(quotes)) < len(quotes):
                self._complain(document, ("offerings", index, "evidence"), "The same evidence stands here twice.")
            against = [c["artifact"] for c in offering.get("against", ())]
            if len(set(against)) < len(against):
                self._complain(document, ("offerings", index, "against"), "The same alternative stands here twice.")


def _described(data: dict[str, Any]) -> Described:
    ids = set()
    for scheme, value in data.get("ids", {}).items():
        with contextlib.suppress(CannotIdentify):  # told by itself
            ids |= {(scheme, identity_key(scheme, value))} if scheme != "repository" else set()
    return Described(data["slug"], data["kind"], data.get("repository", ""), data.get("homepage", ""), frozenset(ids))


def _fits(number: Decimal, digits: int, places: int) -> bool:
    return abs(number) < 10**digits and number == round(number, places)


def _too_long(name: str, digits: int, places: int) -> str:
    return f"{name} takes at most {digits} digits before the point and {places} places after it."
