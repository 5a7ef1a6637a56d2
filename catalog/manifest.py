"""unfragile.yml: what a publisher says of an artifact in a file beside it, checked, and turned into a record.

Shape by the published schema first, then what no schema can say. Errors have to be mended before it can be read;
warnings say what readers will miss. Called by the API and by `validate_manifest`; an importer builds on `record_of`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator
from jsonschema.exceptions import relevance

from catalog import licences
from catalog.choices import Frequency, Kind, Origin, SourceKind, TakenApartBy
from catalog.identity import CannotIdentify, identity_key
from catalog.importers.documents import MAX_BYTES, Document, Path_, parse
from catalog.importers.manifest.shape import sentence_of
from catalog.importers.records import (
    ArtifactRecord,
    EvidenceRecord,
    OfferingRecord,
    PriceRecord,
    SourceRecord,
)

SCHEMA_FILE = Path(__file__).with_name("unfragile-1.0.schema.json")
#: Kinds that act by themselves: what they may reach is the first thing somebody asks.
ACTING = (Kind.AGENT, Kind.MCP, Kind.CLI, Kind.EXTENSION, Kind.SKILL)


class CannotRead(Exception):
    """It is no YAML, or none that anybody means: the sentence says why, the place where."""

    def __init__(self, text: str, line: int = 0, column: int = 0) -> None:
        super().__init__(text)
        self.line, self.column = line, column


@dataclass(frozen=True, order=True)
class Finding:
    line: int
    column: int
    is_error: bool
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {'error' if self.is_error else 'warning'}: {self.text}"


@dataclass(frozen=True)
class Validated:
    #: What the file holds. Only without errors it fits `record_of`.
    data: Any
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_error]


@cache
def schema() -> dict[str, Any]:
    """The published one, as it is served."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def validate(text: str | bytes, *, vocabulary: Mapping[str, str] | None = None) -> Validated:
    """`vocabulary`: key -> words of each capability, where there is one to compare with. Raises CannotRead."""
    document = _read(text)
    findings = [
        Finding(problem.line, max(problem.column, 1), True, "", problem.text) for problem in document.problems
    ] + [_finding(document, path, said, is_error=True) for path, said in _misshapen(document.data)]
    if not findings:
        findings += [_finding(document, path, said, is_error=True) for path, said in _wrong(document.data)]
        if vocabulary is not None:
            unknown = _unknown(document.data, vocabulary)
            findings += [_finding(document, path, said, is_error=False) for path, said in unknown]
        findings += [_finding(document, path, said, is_error=False) for path, said in _missed(document.data)]
    return Validated(document.data, tuple(sorted(set(findings))))


def _read(text: str | bytes) -> Document:
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        raise CannotRead(f"The manifest is {len(raw):,} bytes long; at most {MAX_BYTES:,} are read.")
    try:
        document = parse(raw.decode("utf-8-sig"), "unfragile.yml")
    except UnicodeDecodeError as error:
        raise CannotRead("The manifest is not UTF-8.", raw[: error.start].count(b"\n") + 1, 1) from error
    if not document.is_read:
        problem = document.problems[0] if document.problems else None
        if problem is None:
            raise CannotRead("The manifest is empty.")
        raise CannotRead(problem.text, problem.line, problem.column)
    return document


def _finding(document: Document, path: Path_, text: str, *, is_error: bool) -> Finding:
    return Finding(document.line(path), document.column(path), is_error, ".".join(map(str, path)), text)


def _misshapen(data: Any) -> Iterator[tuple[Path_, str]]:
    for error in sorted(_validator().iter_errors(data), key=relevance):
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties" and isinstance(error.instance, dict):
            known = error.schema["properties"]
            for extra in sorted(error.instance.keys() - known.keys()):
                yield (*path, extra), f"“{extra[:60]}” is not known here; there are {', '.join(known)}."
        elif error.validator == "pattern" and error.validator_value == r"\S":
            yield path, f"{path[-1]} is empty."
        else:
            yield path, sentence_of(error, path)


def _wrong(data: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    """What has the right shape and still cannot be."""
    artifact = data["artifact"]
    try:
        licences.class_of(artifact.get("licence", ""))
    except licences.CannotRead as error:
        yield ("artifact", "licence"), str(error)
    for scheme, value in artifact.get("ids", {}).items():
        try:
            identity_key(scheme, value)
        except CannotIdentify as error:
            yield ("artifact", "ids", scheme), str(error)
    seen: set[str] = set()
    for index, row in enumerate(data["capabilities"]):
        if (key := key_of(row)) in seen:
            yield ("capabilities", index, "capability"), f"“{key}” is offered above already; say it once."
        seen.add(key)
    for index, price in enumerate(data.get("pricing", ())):
        if "valid_from" in price and _date(price) is None:
            yield ("pricing", index, "valid_from"), f"“{price['valid_from']}” is not a possible date."


def _unknown(data: dict[str, Any], vocabulary: Mapping[str, str]) -> Iterator[tuple[Path_, str]]:
    for index, row in enumerate(data["capabilities"]):
        if (key := key_of(row)) not in vocabulary:
            # Imported here: loading the vectors takes a third of a second, and most manifests need none of it.
            from catalog.wordvectors import nearest

            near = nearest(f"{key.replace('.', ' ').replace('-', ' ')} {row['title']}", vocabulary, count=2)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            yield ("capabilities", index, "capability"), f"There is no capability “{key}” in the vocabulary.{hint}"


def _missed(data: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    """What is allowed to be missing, and what readers lose by it."""
    artifact = data["artifact"]
    if not any(artifact.get(name) for name in ("homepage", "repository", "ids")):
        yield ("artifact",), "No homepage, repository or id: nobody can tell which thing this is."
    for name, loss in (
        ("tagline", "lists show its name alone"),
        ("description", "its page does not say what it is"),
        ("licence", "it is shown as unknown"),
    ):
        if name not in artifact:
            yield ("artifact",), f"No {name}: {loss}."
    for index, row in enumerate(data["capabilities"]):
        place = ("capabilities", index)
        if not row.get("intents"):
            yield place, f"{key_of(row)} names no intents: searches in plain words will find it less well."
        if not row.get("evidence"):
            yield place, f"{key_of(row)} names no evidence: it counts as a claim of yours."
        if not row.get("failure_modes") and not data.get("failure_modes"):
            yield place, f"{key_of(row)} names no failure modes: everything fails somewhere."
    if "pricing" not in data:
        yield (), "No pricing: unknown is not free."
    if artifact["kind"] in ACTING and "permissions" not in data:
        yield (), "No permissions: it acts by itself, and nobody is told what it may reach."


def key_of(row: Mapping[str, Any]) -> str:
    return str(row["capability"]).removeprefix("capability://")


# --- as a record ------------------------------------------------------------------------------------------------------


def record_of(manifest: dict[str, Any], *, source: str) -> ArtifactRecord:
    """A valid manifest as an importer's record. `source`: the key of the manifest itself, which prices cite.

    Permissions and execution have no place in the catalog yet, and are left out.
    """
    artifact = manifest["artifact"]
    return ArtifactRecord(
        slug=artifact["slug"],
        name=artifact["name"],
        kind=artifact["kind"],
        tagline=artifact.get("tagline", ""),
        description=artifact.get("description", "").strip(),
        licence=licences.canonical(artifact.get("licence", "")),
        homepage=artifact.get("homepage", ""),
        repository=artifact.get("repository", ""),
        ids=tuple(sorted(artifact.get("ids", {}).items())),
        lifecycle="draft",  # what a publisher says of itself is looked at first
        prices=tuple(_price(row, source) for row in manifest.get("pricing", ())),
        offerings=tuple(
            _offering(row, manifest, source, is_first=not index) for index, row in enumerate(manifest["capabilities"])
        ),
    )


def sources_of(manifest: dict[str, Any]) -> tuple[SourceRecord, ...]:
    """The addresses that its capabilities name as evidence, one record each."""
    addresses = {url: None for row in manifest["capabilities"] for url in row.get("evidence", ())}
    return tuple(
        SourceRecord(slug=source_key(url), title=_title(url), kind=SourceKind.DOCUMENTATION, url=url)
        for url in addresses
    )


def source_key(url: str) -> str:
    return f"cited-{hashlib.sha256(url.encode()).hexdigest()[:16]}"


def _title(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{parts.path.rstrip('/')}"[:300]


def _price(row: Mapping[str, Any], source: str) -> PriceRecord:
    return PriceRecord(
        provider=row["provider"],
        meter=row["meter"],
        amount=Decimal(row["amount"]),
        source=source,
        currency=row.get("currency", "USD"),
        per=row.get("per", 1),
        tier=row.get("tier", ""),
        valid_from=_date(row),
    )


def _offering(row: Mapping[str, Any], manifest: dict[str, Any], source: str, *, is_first: bool) -> OfferingRecord:
    """How the whole fails is told with its first capability, the most telling one."""
    conditions = row.get("conditions", {})
    failures = [*row.get("failure_modes", ()), *(manifest.get("failure_modes", ()) if is_first else ())]
    cited = [source_key(url) for url in row.get("evidence", ())] or [source]
    return OfferingRecord(
        capability=key_of(row),
        title=row["title"].strip(),
        description=row["description"].strip(),
        unique=row.get("unique", "").strip(),
        intents=tuple(row.get("intents", ())),
        best_for=tuple(conditions.get("best_for", ())),
        limitations=tuple(conditions.get("limitations", ())),
        requires=tuple(conditions.get("requires", ())),
        input_types=tuple(row.get("input", ())),
        output_types=tuple(row.get("output", ())),
        failure_modes=tuple(
            {
                "mode": mode["mode"],
                "frequency": mode.get("frequency", Frequency.UNKNOWN.value),
                "mitigation": mode.get("mitigation", ""),
            }
            for mode in failures
        ),
        evidence=tuple(EvidenceRecord(key, origin=Origin.OWNER.value) for key in cited),
        taken_apart_by=TakenApartBy.OWNER.value,
    )


def _date(row: Mapping[str, Any]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(row["valid_from"]) if "valid_from" in row else None
    except ValueError:
        return None
