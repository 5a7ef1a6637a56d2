"""A name that is written from right to left, or says that what follows is, moves nothing but itself."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.storable import isolated, unturned
from ranking.comparison import Preferences, Table, table_of
from ranking.comparison.document import Edition, document_of
from ranking.comparison.image import svg_of
from ranking.comparison.markdown import markdown_of
from ranking.comparison_pages import titled
from tests.ranking.comparison.subjects import ranked, subject
from tests.ranking.comparison.tables import FORMULA

OVERRIDE, ISOLATE, END = "\u202e", "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Heron", "Heron"),
        (f"Heron{OVERRIDE}evil", "Heronevil"),
        (f"{END}Heron", "Heron"),
        ("鹭 7B", "鹭 7B"),
        ("נשר", f"{ISOLATE}נשר{END}"),
        (f"נשר{END}{OVERRIDE}", f"{ISOLATE}נשר{END}"),
        ("‏نسر", f"{ISOLATE}‏نسر{END}"),
    ],
)
def test_a_name_in_a_sentence_ends_where_it_ends(name: str, kept: str) -> None:
    assert isolated(name) == kept


def test_marks_that_work_within_a_name_stay() -> None:
    """The marks of left and right order only the letters beside them, and such names need them."""
    assert unturned("\u200fנשר\u200e 2") == "\u200fנשר\u200e 2"


def table(name: str) -> Table:
    return table_of(
        [subject("a", name=name, ranked=ranked(80)), subject("b", ranked=ranked(20))],
        terms={},
        formula=FORMULA,
        generation=1,
        at=dt.date(2026, 6, 1),
        preferences=Preferences(weights={"quality": 1}),
    )


def test_every_sentence_of_a_comparison_isolates_the_name() -> None:
    found = table("נשר")
    said = [found.verdict.sentence, *(it.text for it in found.verdict.findings)]
    said += [found.weighed.sentence if found.weighed else "", Edition(found, "https://x.example").citation]
    assert all(text.count("נשר") == text.count(f"{ISOLATE}נשר{END}") for text in said)
    assert f"{ISOLATE}נשר{END}" in said[0]
    assert f"{ISOLATE}נשר{END}" in titled(["נשר", "B"])


def test_its_name_itself_is_as_it_is_called() -> None:
    """A program that reads the name gets no characters that nobody wrote."""
    assert document_of(Edition(table("נשר"), ""), ["artifacts"])["artifacts"][0]["name"] == "נשר"


def test_no_form_of_a_comparison_holds_an_override() -> None:
    """Even of a name from before they were taken out: sheets of past weeks have it."""
    found = table(f"He{OVERRIDE}ron")
    edition = Edition(found, "https://x.example")
    assert OVERRIDE not in found.verdict.sentence
    assert OVERRIDE not in edition.citation
    assert OVERRIDE not in svg_of(edition)
    assert OVERRIDE not in markdown_of(edition)
