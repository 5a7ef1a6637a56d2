"""What holds of every verdict, whatever stands in the table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.choices import Kind
from catalog.confidence import Level
from ranking.comparison import Preferences, Subject, Table, Workload
from ranking.comparison.findings.abilities import is_shown
from ranking.comparison.findings.case import Case
from ranking.comparison.findings.ranks import weights_of
from ranking.comparison.order import order_of
from ranking.comparison.preferences import WEIGHED
from ranking.comparison.sheet import numeric
from ranking.comparison.table import CapabilityRow, FactRow, Finding, Has, State, Verdict
from ranking.scoring.ties import probability_above
from tests.ranking.comparison.tables import (
    COMPONENTS,
    DOWNLOAD,
    FORMULA,
    a_fact,
    a_rank,
    a_result,
    a_subject,
    a_table,
    an_offering,
    tokens,
)

NAMES = ("Zebrafish", "Quokkas", "Vole 2512", "Yak [dev]", "xerus-120b")
SLUGS = ("alpha", "beta", "gamma", "delta", "omega")
CAPABILITIES = ("tool-calling", "web-search", "image-captioning", "image-editing")

scores = st.floats(0, 100).map(lambda number: round(number, 1))
ranks = st.none() | st.builds(
    lambda score, reach, coverage, components: a_rank(score, reach, coverage, **components),
    scores,
    st.sampled_from((0.0, 0.5, 4.0, 12.0)),
    st.sampled_from((0.2, 0.8, 1.0)),
    st.fixed_dictionaries({name: st.none() | scores for name in COMPONENTS}),
)
states = st.sampled_from(("known", "disputed", "stale", "owner"))


def _facts() -> st.SearchStrategy[tuple[Any, ...]]:
    values: dict[str, st.SearchStrategy[Any]] = {
        "context_window": st.sampled_from((4096, 32_000, 32_768, 131_072)),
        "max_output": st.sampled_from((4096, 8192)),
        "last_updated": st.sampled_from(("2024", "2025-03", "2025-12-01", "2026-06-30")),
        "input_modalities": st.sampled_from((["text"], ["text", "image"])),
        "output_modalities": st.sampled_from((["text"], ["image"])),
        "tool_calling": st.booleans(),
    }
    one_each = {
        name: st.none() | st.builds(lambda value, state, name=name: a_fact(name, value, state), value, states)
        for name, value in values.items()
    }
    return st.fixed_dictionaries(one_each).map(lambda found: tuple(part for part in found.values() if part))


def _result(mark: int, width: int | None, standing: str, benchmark: str) -> Any:
    ends = () if width is None else (str(mark - width), str(mark + width))
    return a_result(str(mark), *ends, standing=standing, benchmark=benchmark)


results = st.lists(
    st.builds(
        _result,
        st.sampled_from((50, 60, 61, 80)),
        st.sampled_from((None, 1, 9)),
        st.sampled_from(("verified", "claimed")),
        st.sampled_from(("Quiz", "Exam")),
    ),
    max_size=2,
)
prices = st.one_of(
    st.just(()),
    st.just((DOWNLOAD,)),
    st.builds(
        lambda asks, gives, currency: tokens(asks, gives, currency=currency),
        st.sampled_from(("0", "0.1", "1", "8")),
        st.sampled_from(("0.1", "1", "8")),
        st.sampled_from(("USD", "USD", "USD", "EUR")),
    ),
)
offerings = st.lists(
    st.builds(an_offering, st.sampled_from(CAPABILITIES), st.sampled_from(list(Level))),
    max_size=4,
    unique_by=lambda offering: offering.capability_slug,
)
subjects_of_one = st.fixed_dictionaries(
    {
        "kind": st.sampled_from((Kind.MODEL.value,) * 4 + (Kind.DATASET.value, Kind.MCP.value)),
        "ranked": ranks,
        "facts": _facts(),
        "prices": prices,
        "results": results.map(tuple),
        "offerings": offerings.map(tuple),
        "licence_class": st.sampled_from(("permissive", "copyleft", "restricted", "unknown")),
        "licence": st.sampled_from(("", "MIT", "LicenseRef-Own-Terms")),
        "is_deprecated": st.sampled_from((False, False, False, True)),
        "shown": st.none() | st.sampled_from((0, 12)),
        "chosen": st.none() | st.sampled_from((0, 5)),
    }
)
several = st.lists(subjects_of_one, min_size=2, max_size=4).map(
    lambda made: tuple(
        a_subject(slug, name=name, **known) for slug, name, known in zip(SLUGS, NAMES, made, strict=False)
    )
)
peers = st.lists(ranks.filter(bool), min_size=2, max_size=4).map(
    lambda made: tuple(
        a_subject(slug, name=name, ranked=rank) for slug, name, rank in zip(SLUGS, NAMES, made, strict=False)
    )
)
preferences = st.builds(
    Preferences,
    st.sampled_from((Workload(), Workload(10**6, 10**6))),
    st.dictionaries(st.sampled_from(WEIGHED), st.sampled_from((0.0, 1.0, 20.0, 100.0)), max_size=6).map(
        lambda weights: weights if any(weights.values()) else {}
    ),
    st.lists(st.sampled_from(CAPABILITIES), max_size=2, unique=True).map(tuple),
    st.lists(st.sampled_from(("permissive", "copyleft")), max_size=2, unique=True).map(tuple),
)
TRIED = settings(max_examples=80)


@TRIED
@given(several, preferences)
def test_the_order_in_which_they_are_given_says_nothing(subjects: tuple[Subject, ...], wanted: Preferences) -> None:
    """Another order, and any second time, gives the same table, sentence and findings."""
    first = a_table(*subjects, preferences=wanted)
    for order in (subjects, subjects[::-1], (*subjects[1:], subjects[0])):
        assert a_table(*order, preferences=wanted) == first


@TRIED
@given(several)
def test_the_alphabet_says_nothing_about_who_is_better(subjects: tuple[Subject, ...]) -> None:
    """Other slugs put them into another order; the findings speak for the same artifacts, and the outcome stays."""
    renamed = tuple(replace(it, slug=slug) for it, slug in zip(subjects, reversed(SLUGS[: len(subjects)]), strict=True))
    one, other = a_table(*subjects), a_table(*renamed)
    assert (one.verdict.outcome, one.verdict.probability) == (other.verdict.outcome, other.verdict.probability)
    assert _name(one, one.verdict.winner) == _name(other, other.verdict.winner)
    assert _spoken(one) == _spoken(other)


def _name(table: Table, slug: str | None) -> str | None:
    return slug and table.subjects[table.place_of(slug)].name


def _spoken(table: Table) -> list[tuple[str, tuple[str, ...], tuple[str | None, ...]]]:
    """Which rule speaks for whom, on which rows."""
    return sorted(
        (it.rule, tuple(sorted(it.rows)), tuple(sorted(str(_name(table, slug)) for slug in it.favours)))
        for it in table.verdict.findings
    )


@TRIED
@given(several, preferences)
def test_no_finding_is_without_its_row_and_no_name_is_another_s(
    subjects: tuple[Subject, ...], wanted: Preferences
) -> None:
    table = a_table(*subjects, preferences=wanted)
    absent = set(NAMES) - {it.name for it in subjects}
    for finding in table.verdict.findings:
        assert finding.rows
        assert all(table.row(name) is not None for name in finding.rows)
        assert set(finding.favours) <= {it.slug for it in subjects}
        assert len(set(finding.favours)) == len(finding.favours) < len(subjects), "what speaks for all, tells nothing"
    said = [table.verdict.sentence, *(finding.text for finding in table.verdict.findings)]
    said += [table.weighed.sentence] if table.weighed else []
    assert not [name for name in absent for text in said if name in text]
    assert all(
        text.endswith(".") and ".." not in text and "  " not in text and "None" not in text.replace("None of", "")
        for text in said
    )


@TRIED
@given(several)
def test_a_winner_is_of_one_kind_and_surer_than_nine_in_ten(subjects: tuple[Subject, ...]) -> None:
    verdict = a_table(*subjects).verdict
    comparable = len({it.kind for it in subjects}) == 1
    if verdict.winner is None:
        assert verdict.outcome in (Verdict.TIE, Verdict.NOT_COMPARABLE, Verdict.NOT_ENOUGH_EVIDENCE)
    else:
        assert comparable
        assert verdict.probability is not None
        assert verdict.probability >= FORMULA.likely_above
        assert verdict.sentence.startswith(next(it.name for it in subjects if it.slug == verdict.winner))
    assert ("not comparable by rank" in verdict.sentence) == (not comparable)


@TRIED
@given(peers)
def test_a_tie_is_a_tie_if_and_only_if_the_bands_say_so(subjects: tuple[Subject, ...]) -> None:
    verdict = a_table(*subjects).verdict
    standings = sorted((it.ranked.standing for it in subjects if it.ranked), key=lambda it: (-it.score, -it.low))
    least = min(probability_above(standings[0], other, FORMULA) for other in standings[1:])
    assert verdict.probability == least
    assert (verdict.outcome == Verdict.TIE) == (least < FORMULA.likely_above)
    assert (verdict.outcome == Verdict.ABOVE) == (least >= FORMULA.surely_above)
    assert ("tied by rank" in verdict.sentence) == (verdict.outcome == Verdict.TIE)
    if verdict.outcome == Verdict.TIE:
        order = order_of(subjects, FORMULA)
        first, second = (
            standings[0],
            next(
                it.ranked.standing
                for it, one in zip(order.subjects[1:], order.outcomes, strict=True)
                if one == "tie" and it.ranked
            ),
        )
        assert first.low <= second.high, "bands of those tied overlap"


#: Findings that speak for whoever has the better value in their rows.
BY_VALUE = {"larger", "benchmark", "workload", "prices"}


@TRIED
@given(several, st.sampled_from((Preferences(), Preferences(Workload(10**6, 10**6)))))
def test_no_finding_contradicts_its_cells(subjects: tuple[Subject, ...], wanted: Preferences) -> None:
    """Whoever is favoured is known, undisputed and at least as good as every other one that is known."""
    table = a_table(*subjects, preferences=wanted)
    for finding in table.verdict.findings:
        for name in finding.rows:
            row = table.row(name)
            if isinstance(row, CapabilityRow):
                _holds_of_capability(table, finding, row)
            elif isinstance(row, FactRow) and finding.rule != "disputed":
                _holds_of_fact(table, finding, row)


def _holds_of_capability(table: Table, finding: Finding, row: CapabilityRow) -> None:
    for it, cell in zip(table.subjects, row.cells, strict=True):
        assert is_shown(cell) == (it.slug in finding.favours)
        if f"{it.name} does not" in finding.text:
            assert cell.state == Has.LACKS
            assert cell.said


def _holds_of_fact(table: Table, finding: Finding, row: FactRow) -> None:
    known = {it.slug: cell for it, cell in zip(table.subjects, row.cells, strict=True) if cell.is_known}
    others = [cell for slug, cell in known.items() if slug not in finding.favours]
    for slug in finding.favours:
        if finding.rule in BY_VALUE:
            own = _number(known[slug].value)
            assert all(own * row.better > _number(cell.value) * row.better for cell in others)
            assert known[slug].mark != "owner"
        elif finding.rule == "free":
            assert known[slug].value is True
        elif finding.rule == "deprecated":
            assert known[slug].value is False
        elif finding.rule == "licence" and row.name == "licence_class":
            order = ("permissive", "copyleft", "restricted")
            assert all(order.index(known[slug].value) < order.index(cell.value) for cell in others)
        elif finding.rule in ("components", "flip") and row.name in COMPONENTS:
            kind = table.subjects[table.place_of(slug)].kind
            rivals = [it.slug for it in table.subjects if it.kind == kind and it.slug != slug and it.slug in known]
            assert all(known[slug].value > known[rival].value for rival in rivals)


def _number(value: Any) -> float:
    return float(value.get("amount", value.get("score"))) if isinstance(value, dict) else float(value)


@TRIED
@given(several)
def test_what_is_disputed_carries_no_finding(subjects: tuple[Subject, ...]) -> None:
    """Taking a disputed fact away altogether changes no finding but the one that says so."""
    without = tuple(replace(it, facts=tuple(part for part in it.facts if part.state != "disputed")) for it in subjects)

    def rest(table: Table) -> list[tuple[str, tuple[str, ...]]]:
        return [(it.rule, it.favours) for it in table.verdict.findings if it.rule != "disputed"]

    disputed, gone = a_table(*subjects), a_table(*without)
    assert rest(disputed) == rest(gone)
    assert any(it.rule == "disputed" for it in disputed.verdict.findings) == any(
        cell.state == State.DISPUTED for row in disputed.facts for cell in row.cells
    )


@TRIED
@given(several, preferences, st.floats(1e-3, 1e3))
def test_weights_times_a_constant_change_nothing(
    subjects: tuple[Subject, ...], wanted: Preferences, factor: float
) -> None:
    scaled = replace(wanted, weights={name: factor * weight for name, weight in wanted.weights.items()})
    one, other = a_table(*subjects, preferences=wanted).weighed, a_table(*subjects, preferences=scaled).weighed
    if one is None or other is None:
        assert one == other
        return
    assert (one.outcome, one.winner) == (other.outcome, other.winner)
    assert one.robust == pytest.approx(other.robust, abs=0.003), "one of a thousand may lie exactly on the line"
    assert {it.slug: it.score for it in one.order} == pytest.approx({it.slug: it.score for it in other.order})


@TRIED
@given(several, preferences)
def test_a_weighed_winner_meets_every_need_and_has_the_highest_score(
    subjects: tuple[Subject, ...], wanted: Preferences
) -> None:
    weighed = a_table(*subjects, preferences=wanted).weighed
    if weighed is None:
        return
    staying = [it for it in weighed.order if not it.ruled_out]
    assert (weighed.robust is None) == (weighed.winner is None)
    assert {it.slug for it in weighed.order} == {it.slug for it in subjects}
    assert all(it.score is None or 0 <= it.score <= 100 for it in weighed.order)
    if weighed.winner is not None:
        assert weighed.winner == staying[0].slug
        assert all(it.score is not None for it in staying) or len(staying) == 1
        assert weighed.robust is not None
        assert 0 <= weighed.robust <= 1
    known = [it.score for it in staying if it.score is not None]
    assert known == sorted(known, reverse=True)


full = st.builds(
    lambda score, components: a_rank(score, 2.0, **components),
    scores,
    st.fixed_dictionaries(dict.fromkeys(("adoption", "quality", "ecosystem", "freshness"), scores)),
)


@settings(max_examples=200)
@given(st.lists(full, min_size=2, max_size=3))
def test_what_would_flip_it_does_flip_it(made: list[Any]) -> None:
    """Weighed so by the reader, the one named comes first; weighed a little less, it does not."""
    subjects = [a_subject(slug, name=name, ranked=rank) for slug, name, rank in zip(SLUGS, NAMES, made, strict=False)]
    own = weights_of("model", FORMULA)
    for finding in a_table(*subjects).verdict.findings:
        if finding.rule != "flip":
            continue
        name, least = finding.rows[0], int(re.findall(r"above (\d+)", finding.text)[0]) / 100
        for share, is_first in ((min(least + 0.001, 1.0), True), (least - 0.011, False)):
            rest = (1 - share) / (1 - own[name])
            weights = {one: 100 * (share if one == name else rest * weight) for one, weight in own.items()}
            order = a_table(*subjects, preferences=Preferences(weights=weights)).weighed
            assert order is not None
            assert (order.order[0].slug in finding.favours) == is_first


def test_a_number_is_only_what_nobody_disputes() -> None:
    """The property above rests on cells that are known; a disputed one has no number to compare."""
    table = a_table(
        a_subject("ant", facts=(a_fact("context_window", 5, "disputed"),)),
        a_subject("bee", facts=(a_fact("context_window", 5),)),
    )
    row = table.row("context_window")
    assert isinstance(row, FactRow)
    assert [numeric(cell) for cell in row.cells] == [None, 5.0]
    case = Case(table.subjects, {it.name: it for it in table.facts}, table.capabilities, FORMULA)
    assert [it.slug for it in case.not_known("context_window")] == ["ant"]
