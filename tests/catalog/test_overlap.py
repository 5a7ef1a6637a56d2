"""Overlap: the formula's properties, and the fast computation against the obvious one."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import overlap
from catalog.choices import Kind
from catalog.overlap import GROUP_OF, INTERCHANGEABLE, KEPT, MIN_ALTERNATIVE, MIN_RELATED, NAMED, STEPS_PER_BIT, Offered

MODEL, DATASET = GROUP_OF["model"], GROUP_OF["dataset"]


def offered(
    what: dict[int, set[int]],
    *,
    groups: dict[int, int] | None = None,
    broader: dict[int, int] | None = None,
    kin: Any = (),
) -> Offered:
    ids = sorted(what)
    pairs = [(row, capability) for row, pk in enumerate(ids) for capability in sorted(what[pk])]
    return Offered(
        artifact_ids=np.array(ids, dtype=np.int64),
        groups=np.array([(groups or {}).get(pk, MODEL) for pk in ids], dtype=np.int64),
        rows=np.array([row for row, _ in pairs], dtype=np.int64),
        capability_ids=np.array([capability for _, capability in pairs], dtype=np.int64),
        broader=broader or {},
        kin=np.array([[ids.index(a), ids.index(b)] for a, b in kin], dtype=np.int64).reshape(-1, 2),
    )


Row = tuple[int, int, float, list[int], int, bool, int]


def rows_of(given: Offered, **options: Any) -> list[Row]:
    found = overlap.relations_of(given, **options)
    shared = [[pk for pk in ids if pk >= 0] for ids in found.shared.tolist()]
    columns = (
        found.artifact_ids,
        found.other_ids,
        found.overlap,
        found.shared_count,
        found.is_alternative,
        found.position,
    )
    return [
        (one, other, value, ids, count, is_alternative, position)
        for ids, (one, other, value, count, is_alternative, position) in zip(
            shared, zip(*(column.tolist() for column in columns), strict=True), strict=True
        )
    ]


# --- the obvious computation ------------------------------------------------------------------------------------------


def above(capability: int, broader: dict[int, int]) -> list[int]:
    path = []
    while capability in broader:
        capability = broader[capability]
        path.append(capability)
    return path


def obvious(
    what: dict[int, set[int]], groups: dict[int, int], broader: dict[int, int], kin: Any, kept: int, some: Any = None
) -> list[Row]:
    """Sets, fractions and two loops, written from the definition; for some artifacts or all."""
    closed = {pk: own | {a for c in own for a in above(c, broader)} for pk, own in what.items()}
    vocabulary = set().union(*closed.values())
    offering = sum(1 for own in closed.values() if own)
    sharers = {c: sum(c in own for own in closed.values()) for c in vocabulary}
    rarity = {c: round(STEPS_PER_BIT * math.log2(1 + offering / sharers[c])) for c in vocabulary}
    weight = {c: rarity[c] - (rarity[broader[c]] if c in broader else 0) for c in vocabulary}
    related = {frozenset(pair) for pair in kin}
    rows: list[Row] = []
    for one in sorted(some or what):
        candidates = []
        for other in what:
            both, either = closed[one] & closed[other], closed[one] | closed[other]
            if other != one and both:
                candidates.append((-Fraction(sum(weight[c] for c in both), sum(weight[c] for c in either)), other))
        candidates.sort()
        able = [x for x in candidates if groups[x[1]] == groups[one] and frozenset((one, x[1])) not in related]
        closest = [x for x in candidates if float(-x[0]) >= MIN_RELATED][:kept]
        rivals = [x for x in able if float(-x[0]) >= MIN_ALTERNATIVE][:kept]
        for position, (negative, other) in enumerate(sorted(set(closest) | set(rivals))):
            both = closed[one] & closed[other]
            narrowest = sorted(
                (c for c in both if not any(c in above(d, broader) for d in both)), key=lambda c: (-rarity[c], c)
            )
            rows.append(
                (one, other, float(-negative), narrowest[:NAMED], len(narrowest), (negative, other) in rivals, position)
            )
    return rows


@st.composite
def catalogs(draw: st.DrawFn) -> dict[str, Any]:
    capabilities = draw(st.integers(1, 12))
    what = draw(
        st.dictionaries(st.integers(1, 60), st.sets(st.integers(1, capabilities), max_size=6), min_size=1, max_size=25)
    )
    # A broader capability has a smaller id, so there are no circles.
    broader = draw(st.dictionaries(st.integers(2, capabilities + 1), st.integers(1, capabilities), max_size=6))
    ids = sorted(what)
    kin = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=4))
    return {
        "what": what,
        "groups": {pk: draw(st.sampled_from([MODEL, DATASET])) for pk in ids},
        "broader": {low: high for low, high in broader.items() if high < low},
        "kin": [(a, b) for a, b in kin if a != b],
        "kept": draw(st.integers(1, 5)),
    }


@pytest.mark.parametrize(
    ("lanes", "share", "exact"),
    [(512, 16, 2**24), (3, 1, 2**24), (2, 1000, 2**24), (2, 1000, 0)],
    ids=["as is", "added", "multiplied", "in float64"],
)
@settings(max_examples=80)
@given(case=catalogs())
def test_it_finds_what_the_obvious_computation_finds(lanes: int, share: int, exact: int, case: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:  # sizes at which small inputs take the paths of large ones
        patch.setattr(overlap, "_LANES", lanes)
        patch.setattr(overlap, "_DENSE_SHARE", share)
        patch.setattr(overlap, "_EXACT_IN_FLOAT32", exact)
        patch.setattr(overlap, "_BLOCK", 4)
        patch.setattr(overlap, "_CHUNK", 7)
        given_ = offered(case["what"], groups=case["groups"], broader=case["broader"], kin=case["kin"])
        assert rows_of(given_, kept=case["kept"]) == obvious(**case)


@pytest.mark.parametrize("seed", range(2))
def test_it_finds_the_same_in_a_larger_catalog(seed: int) -> None:
    """Enough artifacts for lanes, matrix and ties at their true sizes."""
    draw = np.random.default_rng(seed)
    popular = 1 / np.arange(1, 61)
    what = {
        int(pk): set(draw.choice(60, size=draw.integers(0, 7), p=popular / popular.sum()).tolist())
        for pk in draw.permutation(5_000)[:1_300]
    }
    groups = {pk: int(draw.integers(0, 2)) for pk in what}
    broader = {c: int(draw.integers(0, c)) for c in range(1, 60) if draw.random() < 0.3}
    ids = sorted(what)
    kin = [(ids[i], ids[i + 1]) for i in range(0, 1_200, 3)]
    some = set(ids[::40])
    got = [row for row in rows_of(offered(what, groups=groups, broader=broader, kin=kin)) if row[0] in some]
    assert got == obvious(what, groups, broader, kin, KEPT, some)


def test_many_equals_keep_the_smallest_ids() -> None:
    rows = rows_of(offered({pk: {1} for pk in range(1, 2_001)}))
    assert [row[1] for row in rows if row[0] == 1_000] == list(range(1, 13))
    assert [row[1] for row in rows if row[0] == 5] == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13]


# --- properties -------------------------------------------------------------------------------------------------------


def between(what: dict[int, set[int]], one: int, other: int, broader: dict[int, int] | None = None) -> float:
    """The overlap of two, or 0 where it is too small to be kept."""
    rows = rows_of(offered(what, broader=broader), kept=len(what))
    return next((row[2] for row in rows if row[:2] == (one, other)), 0.0)


@given(case=catalogs())
def test_it_is_symmetric_and_between_0_and_1(case: dict[str, Any]) -> None:
    rows = rows_of(offered(case["what"], broader=case["broader"]), kept=len(case["what"]))
    values = {row[:2]: row[2] for row in rows}
    assert all(values[b, a] == value for (a, b), value in values.items())
    assert all(0 < value <= 1 for value in values.values())


@given(case=catalogs(), own=st.sets(st.integers(1, 12), min_size=1))
def test_equals_overlap_fully(case: dict[str, Any], own: set[int]) -> None:
    assert between({**case["what"], 101: own, 102: own}, 101, 102, case["broader"]) == 1


@given(case=catalogs())
def test_sharing_one_more_rare_capability_never_lowers(case: dict[str, Any]) -> None:
    """Nor does dropping one that they alone share raise it: the same comparison read backwards."""
    what = {**case["what"], 101: {1, 2}, 102: {2, 3}}
    more = {**what, 101: {1, 2, 99}, 102: {2, 3, 99}}
    assert between(more, 101, 102) >= between(what, 101, 102)


@given(case=catalogs())
def test_offering_what_the_other_lacks_never_raises(case: dict[str, Any]) -> None:
    what = {**case["what"], 101: {1, 2}, 102: {1, 2}}
    assert between({**what, 101: {1, 2, 99}}, 101, 102) <= between(what, 101, 102)


@given(case=catalogs())
def test_order_of_input_does_not_matter(case: dict[str, Any]) -> None:
    straight = offered(case["what"], groups=case["groups"], broader=case["broader"], kin=case["kin"])
    backwards = Offered(
        straight.artifact_ids, straight.groups, straight.rows[::-1], straight.capability_ids[::-1], straight.broader,
        straight.kin[::-1, ::-1],
    )  # fmt: skip
    assert rows_of(straight) == rows_of(backwards)


# --- cases ------------------------------------------------------------------------------------------------------------


def test_a_rare_capability_counts_more_than_a_common_one() -> None:
    what = {1: {10, 20}, 2: {10, 30}, 3: {20, 40}} | {pk: {20} for pk in range(4, 40)}
    assert between(what, 1, 2) > between(what, 1, 3) > 0


def test_siblings_share_their_broader_capability_and_less_than_twins() -> None:
    what = {1: {11}, 2: {12}, 3: {11}, 4: {20}, 5: {21}}
    broader = {11: 10, 12: 10}
    assert between(what, 1, 3, broader) == 1
    assert 0 < between(what, 1, 2, broader) < 1
    assert between(what, 1, 2) == 0


def test_a_broader_capability_is_not_named_beside_its_narrower() -> None:
    twins = rows_of(offered({1: {10, 11}, 2: {10, 11}, 3: {12}, 4: {20}}, broader={11: 10, 12: 10}))
    by_pair = {row[:2]: row for row in twins}
    assert by_pair[1, 2][3:5] == ([11], 1)
    assert by_pair[1, 3][3:5] == ([10], 1)


def test_at_most_six_are_named_and_all_are_counted() -> None:
    everything = set(range(1, 10))
    rows = rows_of(offered({1: everything, 2: everything} | {pk: {9, pk} for pk in range(10, 20)}))
    assert rows[0][3:5] == ([1, 2, 3, 4, 5, 6], 9)
    assert rows[0][1] == 2


def test_a_circle_of_broader_capabilities_does_no_harm() -> None:
    what = {1: {1}, 2: {2}, 3: {3}, 4: {5}}
    rows = rows_of(offered(what, broader={1: 2, 2: 3, 3: 1}))
    assert {row[:2] for row in rows} == {(a, b) for a in (1, 2, 3) for b in (1, 2, 3) if a != b}
    assert rows == rows_of(offered(what, broader={2: 3, 3: 1}))  # the smallest id is the top


def test_alternatives_are_of_interchangeable_kinds_and_no_relatives() -> None:
    groups = {1: MODEL, 2: MODEL, 3: DATASET, 4: MODEL}
    rows = rows_of(offered({pk: {1} for pk in groups}, groups=groups, kin=[(4, 1)]))
    assert {row[:2] for row in rows if row[5]} == {(1, 2), (2, 1), (2, 4), (4, 2)}
    assert len(rows) == 12  # all are related


def test_alternatives_come_on_top_of_twelve_closer_ones_of_other_kinds() -> None:
    what = {pk: {1, 2} for pk in range(1, 21)} | {50: {1, 3}}
    groups = dict.fromkeys(range(2, 21), DATASET) | {1: MODEL, 50: MODEL}
    rows = [row for row in rows_of(offered(what, groups=groups)) if row[0] == 1]
    assert [row[1] for row in rows] == [*range(2, 14), 50]
    assert [row[5] for row in rows] == [False] * 12 + [True]
    assert [row[6] for row in rows] == list(range(13))


@pytest.mark.parametrize("what", [{}, {1: set()}, {1: {1}}, {1: {1}, 2: {2}}, {1: set(), 2: set()}], ids=str)
def test_nothing_shared_is_nothing_related(what: dict[int, set[int]]) -> None:
    assert rows_of(offered(what)) == []


def test_every_kind_stands_in_one_group() -> None:
    assert sorted(kind for kinds in INTERCHANGEABLE.values() for kind in kinds) == sorted(Kind)


# --- reasons ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "count", "offered_by", "reason"),
    [
        ([], 0, None, ""),
        ([], 1, None, "Both offer 1 of the same capability."),
        ([], 2, None, "Both offer 2 of the same capabilities."),
        (["Debugging"], 1, None, "Both offer Debugging."),
        (["Debugging"], 1, 2, "Both offer Debugging. Nothing else here does."),
        (["Debugging"], 1, 3, "Both offer Debugging. Only one other does."),
        (["Debugging"], 1, 6, "Both offer Debugging. Only 4 others do."),
        (["Debugging"], 1, 300, "Both offer Debugging."),
        (["Debugging", "Chat"], 2, None, "Both offer Debugging and Chat, the rarer first."),
        (["Debugging", "Chat"], 2, 2, "Both offer Debugging and Chat. Nothing else here offers Debugging."),
        (["Debugging", "Chat"], 2, 3, "Both offer Debugging and Chat. Only one other offers Debugging."),
        (["Debugging", "Chat", "Search"], 3, None, "Both offer Debugging, Chat and Search, the rarest first."),
        (
            ["Debugging", "Chat", "Search", "Vision"],
            4,
            6,
            "Both offer Debugging, Chat and 2 more. Only 4 others offer Debugging.",
        ),
        (["A", "B", "C", "D", "E", "F"], 17, 50, "Both offer A, B and 15 more, the rarest first."),
        (["A"], 3, None, "Both offer A and 2 more, the rarest first."),
    ],
)
def test_the_reason_in_words(names: list[str], count: int, offered_by: int | None, reason: str) -> None:
    assert overlap.reason_of(names, count, offered_by=offered_by) == reason
