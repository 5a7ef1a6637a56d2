"""The vocabulary as a tree: order, counts, filters, likeness of words, and moving."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.desk.likewords import CannotTellApart, like_pairs, likest, tell_apart, told_apart
from catalog.desk.moving import what_moves
from catalog.desk.tree import Branch, CannotReparent, Group, narrowed, reparent, whole_tree
from catalog.models import Capability, Synonym
from catalog.vocabulary import merge
from tests.factories import make_artifact, make_capability, make_evidence, make_offering


def capability(key: str, *synonyms: str, **more: Any) -> Capability:
    name = key.partition(".")[2].replace("-", " ").capitalize()
    made = make_capability(**{"key": key, "slug": key.replace(".", "-"), "name": name, **more})
    for text in synonyms:
        Synonym.objects.create(capability=made, text=text)
    return made


def drawn(groups: list[Group]) -> list[str]:
    """The tree as text: a line a group, and below it each name after as many dots as it is deep."""
    return [
        line
        for group in groups
        for line in (f"= {group.name}", *("." * branch.depth + branch.name for branch in group.branches))
    ]


def branches(groups: list[Group]) -> dict[str, Branch]:
    return {branch.name: branch for group in groups for branch in group.branches}


# --- the tree ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_tree_is_read_group_by_group_each_followed_by_what_is_narrower() -> None:
    """Groups by their public names, words by name, and a tree stays whole below a top of another group."""
    writing = capability("text.writing")
    capability("text.zebra")
    capability("text.verse", broader=writing)
    prose = capability("text.prose", broader=writing)
    capability("text.novel", broader=prose)
    capability("eval.writing-benchmark", broader=prose)
    capability("comms.mail")
    assert drawn(whole_tree()) == [
        "= Communication", "Mail",
        "= Text", "Writing", ".Prose", "..Novel", "..Writing benchmark", ".Verse", "Zebra",
    ]  # fmt: skip


@pytest.mark.django_db
def test_only_what_is_public_counts_as_offered() -> None:
    broad = capability("text.writing")
    narrow = capability("text.prose", broader=broad)
    narrowest = capability("text.novel", broader=narrow)
    make_offering(capability=broad)
    make_offering(capability=narrow)
    make_offering(capability=narrow, artifact=make_artifact(lifecycle="deprecated"))
    make_offering(capability=narrowest)
    for lifecycle, reason in (("draft", ""), ("in_review", ""), ("withdrawn", "A mistake.")):
        make_offering(capability=broad, artifact=make_artifact(lifecycle=lifecycle, withdrawn_reason=reason))
    found = branches(whole_tree())
    assert {name: (row.offered, row.offered_below) for name, row in found.items()} == {
        "Writing": (1, 3),
        "Prose": (2, 1),
        "Novel": (1, 0),
    }


@pytest.mark.django_db
def test_what_was_merged_is_no_part_of_the_tree_and_its_words_are() -> None:
    old, into = capability("text.gist", "abstract"), capability("text.summary")
    merge(old, into=into, why="One thing.")
    found = branches(whole_tree())
    assert list(found) == ["Summary"]
    assert found["Summary"].synonyms == ("abstract", "Gist")


@pytest.mark.django_db
def test_a_circle_in_the_data_is_shown_and_ends() -> None:
    """Imports could close one; nobody could mend what is not shown."""
    one, other = capability("text.one"), capability("text.other")
    Capability.objects.filter(pk=one.pk).update(broader=other)
    Capability.objects.filter(pk=other.pk).update(broader=one)
    make_offering(capability=other)
    assert drawn(whole_tree()) == ["= Text", "One", ".Other"]
    assert branches(whole_tree())["One"].offered_below == 1


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any) -> None:
    """Two thousand capabilities take three queries, as one does."""
    rows = [Capability(key=f"text.w{n}", slug=f"w{n}", name=f"Word {n}", sort_name=f"word {n}") for n in range(2_000)]
    made = Capability.objects.bulk_create(rows)
    for row in made[1:]:
        row.broader = made[(row.pk - made[0].pk) // 4]
    Capability.objects.bulk_update(made, ["broader"], batch_size=500)
    make_offering(capability=made[-1])
    with django_assert_num_queries(3):
        groups = whole_tree()
    assert [len(group.branches) for group in groups] == [2_000]
    assert groups[0].branches[0].offered_below == 1


# --- filters ----------------------------------------------------------------------------------------------------------


def branch(pk: int, name: str, *synonyms: str, **more: Any) -> Branch:
    defaults = {"key": f"text.{pk}", "broader_id": None, "depth": 0, "offered": 1, "offered_below": 0}
    return Branch(pk=pk, name=name, synonyms=synonyms, **{**defaults, **more})


FOREST = [
    Group(
        "text",
        "Text",
        (
            branch(1, "Writing", offered_below=1),
            branch(2, "Prose", "narrative text", broader_id=1, depth=1),
            branch(3, "Résumé", broader_id=1, depth=1, offered=0),
            branch(4, "Spelling", offered=0),
            branch(5, "Grammar", broader_id=4, depth=1, offered=0),
        ),
    ),
    Group("web", "Web", (branch(6, "Fetching", "text from pages"),)),
]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["= Text", "Writing", ".Prose", ".Résumé", "Spelling", ".Grammar", "= Web", "Fetching"]),
        ({"words": "NARRATIVE"}, ["= Text", "Writing", ".Prose"]),
        ({"words": "resume"}, ["= Text", "Writing", ".Résumé"]),
        ({"words": "pages text"}, ["= Web", "Fetching"]),
        ({"words": "text.5"}, ["= Text", "Spelling", ".Grammar"]),
        ({"words": "nothing"}, []),
        ({"words": "   "}, ["= Text", "Writing", ".Prose", ".Résumé", "Spelling", ".Grammar", "= Web", "Fetching"]),
        ({"only_unused": True}, ["= Text", "Writing", ".Résumé", "Spelling", ".Grammar"]),
        ({"only_unused": True, "words": "grammar"}, ["= Text", "Spelling", ".Grammar"]),
    ],
)
def test_a_filter_keeps_what_fits_and_what_stands_above_it(wanted: dict[str, Any], expected: list[str]) -> None:
    assert drawn(narrowed(FOREST, **wanted)) == expected


def test_what_is_kept_only_for_its_place_does_not_count_as_found() -> None:
    (found,) = narrowed(FOREST, words="narrative")
    assert [(row.name, row.is_match) for row in found.branches] == [("Writing", False), ("Prose", True)]
    assert found.count == 1


# --- words that are alike ---------------------------------------------------------------------------------------------


def test_words_of_one_meaning_are_a_pair_and_others_are_none() -> None:
    found = like_pairs(
        [
            branch(1, "Translation", "machine translation"),
            branch(2, "Web search"),
            branch(3, "Text translation", "translation by machines"),
            branch(4, "Image segmentation"),
            branch(5, "Searching the web", "web search engine"),
        ]
    )
    assert {(pair.one.name, pair.other.name) for pair in found} == {
        ("Translation", "Text translation"),
        ("Web search", "Searching the web"),
    }
    assert [pair.likeness for pair in found] == sorted((pair.likeness for pair in found), reverse=True)


def test_the_two_words_that_make_them_alike_are_named() -> None:
    (pair,) = like_pairs([branch(1, "Segmentation", "cutting out"), branch(2, "Web pages", "Segmentations", "sites")])
    assert pair.words == ("Segmentation", "Segmentations")


def test_a_word_is_no_pair_with_what_stands_above_or_below_it() -> None:
    rows = [
        branch(1, "Translation"),
        branch(2, "Text translation", broader_id=1, depth=1),
        branch(3, "Translation of text", broader_id=2, depth=2),
    ]
    assert like_pairs(rows) == []
    apart = [*rows[:2], branch(3, "Translation of text", broader_id=1, depth=1)]
    assert [(pair.one.pk, pair.other.pk) for pair in like_pairs(apart)] == [(2, 3)]


def test_two_that_were_told_apart_are_no_pair_whichever_came_first() -> None:
    rows = [branch(7, "Web search"), branch(3, "Searching the web"), branch(9, "Web searching")]
    assert len(like_pairs(rows)) == 3
    assert {(pair.one.pk, pair.other.pk) for pair in like_pairs(rows, apart=[(3, 7), (9, 99)])} == {(7, 9), (3, 9)}


@pytest.mark.django_db
def test_told_apart_twice_in_either_order_it_is_noted_once() -> None:
    one, other, merged = capability("text.one"), capability("text.other"), capability("text.merged")
    tell_apart(other.pk, one.pk, by=None)
    tell_apart(one.pk, other.pk, by=None)
    assert told_apart() == [(one.pk, other.pk)]
    merge(merged, into=one, why="x")
    for pair in ((one.pk, one.pk), (one.pk, merged.pk), (one.pk, 10**9)):
        with pytest.raises(CannotTellApart):
            tell_apart(*pair, by=None)
    assert len(told_apart()) == 1


@pytest.mark.parametrize("rows", [[], [branch(1, "Alone")], [branch(1, "Translation"), branch(2, "Zebra")]])
def test_few_words_or_strange_ones_make_no_pair(rows: list[Branch]) -> None:
    assert like_pairs(rows) == []


def test_pairs_across_blocks_are_found_and_the_best_of_many_kept() -> None:
    """More rows than are compared at once; every two are alike, and no more are told than asked for."""
    rows = [branch(pk, "Translation") for pk in range(230)]
    found = like_pairs([*rows, branch(230, "Zebra finches"), branch(231, "Zebra finch")], limit=30)
    assert len(found) == 30
    assert all(pair.one.pk < pair.other.pk for pair in found)
    likeness = {(pair.one.pk, pair.other.pk): pair.likeness for pair in like_pairs(rows, limit=100_000)}
    assert len(likeness) == 230 * 229 / 2


def test_the_nearest_to_merge_into_come_first_and_never_itself() -> None:
    rows = [branch(1, "Web search"), branch(2, "Translation"), branch(3, "Searching the web"), branch(4, "Search")]
    assert [row.pk for row in likest(1, rows)] == [3, 4]
    assert likest(99, rows) == []


# --- moving -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_capability_moves_with_what_is_narrower_and_says_why() -> None:
    writing, web = capability("text.writing"), capability("web.pages")
    prose = capability("text.prose", broader=writing)
    capability("text.novel", broader=prose)
    reparent(prose, to=web, why=" Pages are prose. ")
    assert drawn(whole_tree()) == ["= Text", "Writing", "= Web", "Pages", ".Prose", "..Novel"]
    assert prose.history.latest().history_change_reason == "Pages are prose."
    moved = reparent(prose, to=None)
    assert (moved.broader, moved.key) == (None, "text.prose")
    assert drawn(whole_tree()) == ["= Text", "Prose", ".Novel", "Writing", "= Web", "Pages"]


@pytest.mark.django_db
def test_a_move_that_makes_no_sense_is_refused_in_words() -> None:
    top = capability("text.writing")
    middle = capability("text.prose", broader=top)
    bottom = capability("text.novel", broader=middle)
    other, merged = capability("text.other"), capability("text.merged")
    merge(merged, into=other, why="x")
    merged.refresh_from_db()
    gone = capability("text.gone")
    Capability.objects.filter(pk=gone.pk).delete()
    before = drawn(whole_tree())
    for moving, to, sentence in (
        (top, top, "cannot be broader than itself"),
        (top, middle, "“Prose” is narrower than “Writing”"),
        (top, bottom, "“Novel” is narrower than “Writing”, which would then be above itself."),
        (middle, top, "“Prose” stands below “Writing” already."),
        (top, None, "stands at the top already"),
        (top, merged, "choose what it was merged into"),
        (merged, top, "has been merged; it has no place"),
        (top, gone, "gone"),
    ):
        with pytest.raises(CannotReparent, match=sentence):
            reparent(moving, to=to)
    assert drawn(whole_tree()) == before


@pytest.mark.django_db
def test_two_who_move_two_trees_into_each_other_close_no_circle() -> None:
    """The second reads again what the first has just done."""
    one, other = capability("text.one"), capability("text.other")
    stale = Capability.objects.get(pk=other.pk)
    reparent(one, to=other)
    with pytest.raises(CannotReparent, match="above itself"):
        reparent(stale, to=Capability(pk=one.pk))


# --- what a merge would move ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_a_merge_moves_and_drops_is_told_before() -> None:
    old, into = capability("text.gist", "abstract"), capability("text.summary")
    capability("text.headline", broader=old)
    both = make_artifact(name="Heron")
    make_offering(artifact=both, capability=into, title="Sums up")
    make_evidence(offering=make_offering(artifact=both, capability=old, title="Gets the gist"))
    make_offering(capability=old)
    moves = what_moves(old, into=into)
    (clash,) = moves.clashes
    assert (moves.refusal, moves.offering_count, moves.clash_count) == ("", 1, 1)
    assert (clash.artifact_name, clash.stays, clash.goes, clash.evidence_lost) == (
        "Heron",
        "Sums up",
        "Gets the gist",
        1,
    )
    assert (moves.synonyms, moves.narrower, moves.addresses) == (("Gist", "abstract"), ("Headline",), ("text-gist",))
    merge(old, into=into, why="x")
    assert set(into.synonyms.values_list("text", flat=True)) == set(moves.synonyms)
    assert {row.name for row in into.narrower.all()} == set(moves.narrower)
    assert set(into.aliases.values_list("slug", flat=True)) == set(moves.addresses)
    assert into.offerings.count() == moves.offering_count + moves.clash_count


@pytest.mark.django_db
def test_what_cannot_be_merged_is_told_before() -> None:
    top = capability("text.writing")
    middle = capability("text.prose", broader=top)
    bottom = capability("text.novel", broader=middle)
    assert "with itself" in what_moves(top, into=top).refusal
    assert "broader than itself" in what_moves(top, into=bottom).refusal
    assert what_moves(bottom, into=top).refusal == ""
