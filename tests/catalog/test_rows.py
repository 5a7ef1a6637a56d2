"""Rows and filters of long lists, which are put together in Python: every text is inert, every option is said."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from catalog.pages.listing import Facet, Option
from catalog.pages.rows import Row
from catalog.templatetags.glyphs import figure
from catalog.templatetags.rows import artifact_row, facet_filter

HOSTILE = "<b>\"&'"
INERT = "&lt;b&gt;&quot;&amp;&#x27;"


def row(**overrides: Any) -> Row:
    plain: dict[str, Any] = {
        "id": 1, "slug": "heron", "name": "Heron", "kind": "model", "kind_label": "Model", "kind_plural": "Models",
        "publisher_name": "Press", "tagline": "Flies.", "price_text": "$2.00", "price_provider": "P",
        "price_source_slug": "source", "licence": "MIT", "licence_class": "permissive", "capability_names": ["Flying"],
        "standing": None, "verified_until": None, "verified_how": "", "is_deprecated": False, "published_at": None,
    }  # fmt: skip
    return Row(**plain | overrides)


@pytest.mark.parametrize("name", ["name", "publisher_name", "tagline", "price_text", "price_provider", "licence"])
def test_text_of_a_row_is_inert(name: str) -> None:
    drawn = artifact_row(row(**{name: HOSTILE}))
    assert INERT in drawn
    assert "<b>" not in drawn


def test_names_of_capabilities_are_inert() -> None:
    drawn = artifact_row(row(capability_names=[HOSTILE, "Flying"]))
    assert f"{INERT} · Flying" in drawn


def test_a_proven_owner_is_seen_until_the_proof_lapses() -> None:
    """Also in a row that was drawn before it did."""
    until = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    shown = row(verified_until=until, verified_how=f"a DNS record ({HOSTILE})")
    with time_machine.travel(until - dt.timedelta(seconds=1), tick=False):
        assert f"Proven owner: by a DNS record ({INERT})" in artifact_row(shown)
    with time_machine.travel(until, tick=False):
        assert "Proven owner" not in artifact_row(shown)


def test_what_is_not_known_is_said() -> None:
    drawn = artifact_row(row(price_text="", licence="", capability_names=[]), show_rank=True)
    for words in ("price not known", "licence not known", "not ranked yet"):
        assert words in drawn
    assert "row-does" not in drawn


@pytest.mark.parametrize(
    ("publisher", "hide_kind", "words"),
    [
        ("Press", False, "Model · <bdi>Press</bdi>"),
        ("", False, "Model<bdi></bdi>"),
        ("Press", True, ">" + "<bdi>Press</bdi>"),
    ],
)
def test_a_row_names_kind_and_publisher(publisher: str, hide_kind: bool, words: str) -> None:
    assert words in artifact_row(row(publisher_name=publisher), hide_kind=hide_kind)


def test_a_deprecated_artifact_says_so() -> None:
    assert " · deprecated" in artifact_row(row(is_deprecated=True))


def test_a_facet_shows_what_is_chosen_and_what_is_empty() -> None:
    chosen, empty = Option("a", HOSTILE, 1_234, 1.0, True), Option(HOSTILE, "None", 0, 0.0, False)
    drawn = facet_filter(Facet("kind", "Kind", [chosen, empty]))
    assert '<details class="facet" open>' in drawn
    assert 'value="a" checked>' in drawn
    assert f'value="{INERT}">' in drawn
    assert drawn.count("option-none") == 1
    assert f'<span class="option-label">{INERT}</span><span class="count">{figure(1_234)}</span>' in drawn
    assert "<b>" not in drawn


@pytest.mark.parametrize(("single", "kind"), [(True, "radio"), (False, "checkbox")])
def test_a_choice_of_one_has_radio_buttons(single: bool, kind: str) -> None:
    assert f'type="{kind}"' in facet_filter(Facet("kind", "Kind", [Option("a", "A", 1, 1.0, False)], single=single))
