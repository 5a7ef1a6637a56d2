"""Gathers two to four artifacts for a comparison, in nine queries, and hands them to `ranking.comparison`.

Doors ask `artifacts_for` who is meant by the slugs, and `comparison_of` for the table.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import FilteredRelation, Q
from django.utils import timezone

from catalog.choices import PUBLIC_LIFECYCLES, LicenceClass, Relation
from catalog.derived import INHERITED
from catalog.models import Artifact, Lineage, Offering, Publisher
from catalog.models.capability import uri_of
from catalog.pages.dossier import parts, rows
from catalog.pages.dossier.gather import cited_sources, evidence_of, facts_of, prices_of, results_of
from catalog.pages.rows import Row
from catalog.pages.standings import Rank, rank_of
from catalog.parts import AgainstLine, Mention
from catalog.prepared import Prepared
from catalog.querysets import STANDING_COLUMNS
from catalog.state import State
from catalog.storable import is_unstorable
from ranking.comparison import Preferences, Subject, Table, table_of
from ranking.comparison.subject import Ranked, Term
from ranking.configurations import formula_behind
from ranking.scoring.ties import Standing


@dataclass(frozen=True)
class Meant:
    """Whom the slugs mean. `moved` of old slugs to present ones; `unknown` and `withdrawn` slugs have no artifact."""

    artifacts: tuple[Artifact, ...]
    moved: dict[str, str]
    unknown: tuple[str, ...]
    withdrawn: tuple[Artifact, ...]


def artifacts_for(slugs: Collection[str], state: State) -> Meant:
    """In one query, with their ranks and counts of matches; in two where a slug is nobody's present one."""
    asked = [slug for slug in slugs if not is_unstorable(slug)]  # which PostgreSQL does not even take for a question
    generation = [state.generation_id or 0]
    by_slug: dict[str, Any] = {row.slug: _artifact(row) for row in _PRESENT.rows(asked, generation)}
    # To look among old names at once would make each comparison wait for a join that it has no use for.
    if missing := [slug for slug in asked if slug not in by_slug]:
        by_slug |= {row.aliases__slug: _artifact(row) for row in _FORMER.rows(missing, generation)}
    artifacts: dict[str, Artifact] = {}
    moved: dict[str, str] = {}
    unknown: list[str] = []
    withdrawn: list[Artifact] = []
    for slug in slugs:
        artifact = by_slug.get(slug)
        if artifact is None or artifact.published_at is None:
            unknown.append(slug)
        elif artifact.moved_to is not None:
            moved[slug] = artifact.moved_to
        elif artifact.lifecycle in PUBLIC_LIFECYCLES:
            artifacts[artifact.slug] = artifact
            if artifact.slug != slug:
                moved[slug] = artifact.slug
        elif artifact.lifecycle == "withdrawn":
            withdrawn.append(artifact)
        else:
            unknown.append(slug)
    return Meant(tuple(artifacts.values()), moved, tuple(unknown), tuple(withdrawn))


_READ = {
    "id", "slug", "name", "kind", "tagline", "licence", "licence_class", "lifecycle", "withdrawn_reason",
    "published_at", "verified_until", "publisher_id", "merged_into_id",
}  # fmt: skip
#: In the order in which the model wants them.
_OWN = [field.attname for field in Artifact._meta.concrete_fields if field.attname in _READ]
_PUBLISHER = ("slug", "name")
_JOINED = {
    "moved_to": "merged_into__slug",
    "momentum": "breakdown__momentum",
    "survival": "breakdown__survival",
    **{name: f"breakdown__body__matched__{name}" for name in ("shown", "chosen", "is_sample")},
    **{f"standing_{column}": f"standing_{column}" for column in STANDING_COLUMNS},
}


def _with_ranks(artifacts: Any, generation: int, *more: str) -> Any:
    return (
        artifacts.with_standing(generation)
        .annotate(breakdown=FilteredRelation("breakdowns", condition=Q(breakdowns__generation=generation)))
        .order_by()
        .values_list(*_OWN, *(f"publisher__{name}" for name in _PUBLISHER), *_JOINED.values(), *more, named=True)
    )


#: A generation that there is not has no standings.
_PRESENT = Prepared(lambda slugs, of: _with_ranks(Artifact.objects.filter(slug__in=slugs), of[0]))
_FORMER = Prepared(
    lambda slugs, of: _with_ranks(Artifact.objects.filter(aliases__slug__in=slugs), of[0], "aliases__slug")
)


def _artifact(row: Any) -> Artifact:
    """As read from the database with these columns, its publisher and its standing."""
    found = Artifact.from_db(DEFAULT_DB_ALIAS, _OWN, row[: len(_OWN)])
    names = [row.publisher_id, *(getattr(row, f"publisher__{name}") for name in _PUBLISHER)]
    found.publisher = Publisher.from_db(DEFAULT_DB_ALIAS, ("id", *_PUBLISHER), names) if row.publisher_id else None
    for name, column in _JOINED.items():
        setattr(found, name, getattr(row, column))
    return found


def comparison_of(artifacts: Sequence[Artifact], state: State, *, preferences: Preferences, today: dt.date) -> Table:
    """`artifacts` come from `artifacts_for`."""
    subjects, terms = gathered(artifacts, today=today)
    return table_of(
        subjects,
        terms=terms,
        formula=formula_behind(state.generation_id),
        generation=state.generation,
        at=today,
        preferences=preferences,
    )


def gathered(
    artifacts: Sequence[Artifact], *, today: dt.date, alone: bool = False
) -> tuple[list[Subject], dict[str, Term]]:
    """What is known of each, and the vocabulary it is said in. `alone`: as of itself, whoever else is here."""
    by_id = {artifact.pk: artifact for artifact in artifacts}
    lineage = _LINEAGE.rows(by_id)
    relatives = _relatives(lineage, by_id)
    offerings, against, terms = _offerings(by_id)
    evidence = evidence_of(by_id)
    facts = facts_of(by_id, {pk for found in relatives.values() for pk in found})
    prices = [price for price in prices_of(by_id) if parts.is_current(price, today)]
    results = results_of(by_id)
    sources = cited_sources([*evidence, *facts, *prices, *results])
    own_offerings, own_facts = _by(offerings.values(), "artifact_id"), _by(facts, "artifact_id")
    own_prices, own_results = _by(prices, "artifact_id"), _by(results, "artifact_id")
    shown_by, ties = _by(evidence, "offering_id"), _by(lineage, "artifact_id")
    now = timezone.now()

    subjects = []
    for pk, artifact in by_id.items():
        own = own_offerings[pk]
        shown = parts.offering_parts(
            own,
            [row for offering in own for row in shown_by[offering.pk]],
            {} if alone else against,
            sources,
            owner_id=artifact.publisher_id,
            today=today,
        )
        about = relatives.get(pk, {})
        subjects.append(
            Subject(
                slug=artifact.slug,
                name=artifact.name,
                kind=artifact.kind,
                publisher=artifact.publisher.name if artifact.publisher else "",
                licence=artifact.licence,
                licence_class=artifact.licence_class,
                is_deprecated=artifact.lifecycle == "deprecated",
                is_verified=bool(artifact.verified_until and artifact.verified_until > now),
                ranked=_ranked(
                    rank_of(artifact), getattr(artifact, "momentum", None), getattr(artifact, "survival", None)
                ),
                facts=tuple(
                    parts.fact_parts(
                        artifact,
                        [
                            *own_facts[pk],
                            *(row for other in about for row in own_facts[other] if row.name in INHERITED),
                        ],
                        about,
                        sources,
                        today,
                    )
                ),
                prices=tuple(parts.price_parts(own_prices[pk], sources, today)[0]),
                results=tuple(parts.result_parts(own_results[pk], sources)),
                offerings=tuple(shown),
                derived_from=tuple(row.parent__slug for row in ties[pk] if alone or row.parent_id in by_id),
                tagline=artifact.tagline,
                **counts_in(vars(artifact)),
            )
        )
    return subjects, terms


def counts_in(row: Mapping[str, Any]) -> dict[str, Any]:
    """How often it was shown and chosen, as a generation or a week has it written down, for a subject."""
    if row.get("shown") is None:
        return {}
    # What is chosen is weighed, so it has fractions; a count in a table has none.
    return {"shown": row["shown"], "chosen": round(row["chosen"]), "counts_sample": bool(row["is_sample"])}


def _by(some: Iterable[Any], column: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in some:
        found[getattr(row, column)].append(row)
    return found


def _relatives(lineage: Iterable[Any], by_id: Collection[int]) -> dict[int, dict[int, Mention]]:
    """For each artifact those of its lineage whose facts of architecture are its own."""
    found: dict[int, dict[int, Mention]] = defaultdict(dict)
    for row in lineage:
        if not row.keeps_architecture:
            continue
        if row.artifact_id in by_id and row.parent__lifecycle in PUBLIC_LIFECYCLES:
            parent = Mention(row.parent__slug, row.parent__name, row.parent__kind)
            found[row.artifact_id][row.parent_id] = parent
        if row.parent_id in by_id and row.artifact__lifecycle in PUBLIC_LIFECYCLES:
            child = Mention(row.artifact__slug, row.artifact__name, row.artifact__kind)
            found[row.parent_id][row.artifact_id] = child
    return found


Against = dict[int, list[AgainstLine]]
#: Beside an offering's own columns, its place in the vocabulary.
_BROADER = (
    "capability__merged_into_id",
    *(f"capability__broader__{column}" for column in ("slug", "name", "key", "merged_into_id")),
)
_ENDS = [f"{end}__{column}" for end in ("artifact", "parent") for column in ("slug", "name", "kind", "lifecycle")]
_AGAINST = [f"against__{column}" for column in ("text", "artifact", "reply", "replied_to", "replied_on")]
_OFFERINGS = Prepared(
    lambda ids: (
        Offering.objects.filter(artifact__in=ids)
        .annotate(against=FilteredRelation("contrasts", condition=Q(contrasts__artifact__in=ids)))
        .order_by()
        .values_list(*rows.OFFERING, *_BROADER, *_AGAINST, named=True)
    )
)
_LINEAGE = Prepared(
    lambda ids: Lineage.objects.filter(
        Q(artifact__in=ids) | Q(parent__in=ids), relation=Relation.DERIVED_FROM
    ).values_list("artifact_id", "parent_id", "keeps_architecture", *_ENDS, named=True)
)


def _offerings(by_id: dict[int, Artifact]) -> tuple[dict[int, Any], Against, dict[str, Term]]:
    """Offerings with what each says against the others here: a row for each such word, folded again."""
    offerings: dict[int, Any] = {}
    against: Against = defaultdict(list)
    terms: dict[str, Term] = {}
    for row in sorted(_OFFERINGS.rows(by_id), key=attrgetter("artifact_id", "position", "pk")):
        if row.pk not in offerings:
            offerings[row.pk] = row
            for term in _terms(row):
                if term.slug not in terms or term.broader:
                    terms[term.slug] = term
        if row.against__artifact is not None:
            other = by_id[row.against__artifact]
            answered = row.against__replied_to == row.against__text
            reply = (row.against__reply, row.against__replied_on) if answered else ()
            against[row.pk].append(AgainstLine(Mention(other.slug, other.name, other.kind), row.against__text, *reply))
    return offerings, against, terms


def _terms(row: Any) -> Iterator[Term]:
    """Its capability and the broader one, as far as they have not become part of another."""
    broader = row.capability__broader__slug
    if row.capability__merged_into_id is None:
        yield Term(row.capability__slug, row.capability__name, uri_of(row.capability__key), broader or "")
    if broader is not None and row.capability__broader__merged_into_id is None:
        yield Term(broader, row.capability__broader__name, uri_of(row.capability__broader__key))


def _ranked(found: Rank | None, momentum: float | None = None, survival: float | None = None) -> Ranked | None:
    if found is None:
        return None
    return Ranked(
        Standing(found.score, found.low, found.high),
        found.percentile,
        found.coverage,
        found.components,
        momentum,
        survival,
    )


def verdict_by_rank(listed: Sequence[Row], state: State) -> str:
    """The verdict's sentence on rows of a list, which carry their ranks: the same judge, one query at most."""
    subjects = [
        Subject(
            slug=row.slug,
            name=row.name,
            kind=row.kind,
            publisher=row.publisher_name,
            licence="",
            licence_class=LicenceClass.UNKNOWN,
            is_verified=row.is_proven,
            ranked=_ranked(row.standing),
            facts=(),
            prices=(),
            results=(),
            offerings=(),
        )
        for row in listed
    ]
    table = table_of(
        subjects,
        terms={},
        formula=formula_behind(state.generation_id),
        generation=state.generation,
        at=dt.date.min,
        preferences=Preferences(),
    )
    return table.verdict.sentence
