"""What an artifact's page has many of, put together in Python: every text is inert, what is unsaid has no line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from catalog.confidence import confidence_of
from catalog.pages.dossier.shapes import SourceUse
from catalog.parts import AgainstLine, Cited, EvidenceLine, FailureMode, Mention, OfferingPart
from catalog.templatetags.dossier import offering_entry, source_entry
from tests.catalog.test_rows import HOSTILE, INERT

BARE: dict[str, Any] = {
    "id": 1, "capability_slug": "flight", "capability_name": "Flight", "capability_uri": "", "title": "Flies",
    "description": "Up.", "unique": "", "intents": [], "best_for": [], "limitations": [], "requires": [],
    "input_types": [], "output_types": [], "input_labels": [], "output_labels": [], "failure_modes": [],
    "evidence": [], "against": [], "confidence": None, "by": "editor", "by_label": "An editor",
}  # fmt: skip


def drawn(**overrides: Any) -> str:
    return offering_entry(OfferingPart(**BARE | {"confidence": confidence_of([], date(2026, 6, 1))} | overrides))


def source(title: str, url: str = "") -> Cited:
    return Cited(1, "source", title, url, "website", "Website", None, "", "")


@pytest.mark.parametrize(
    "said",
    [
        {"title": HOSTILE},
        {"description": HOSTILE},
        {"capability_name": HOSTILE},
        {"unique": HOSTILE},
        {"intents": [HOSTILE]},
        {"best_for": [HOSTILE]},
        {"limitations": [HOSTILE]},
        {"requires": [HOSTILE]},
        {"input_labels": [HOSTILE]},
        {"failure_modes": [FailureMode(HOSTILE, "rare", "Rare", "")]},
        {"failure_modes": [FailureMode("Falls", "rare", "Rare", HOSTILE)]},
        {"against": [AgainstLine(Mention("crane", HOSTILE, "model"), "Slower.")]},
        {"against": [AgainstLine(Mention("crane", "Crane", "model"), HOSTILE)]},
        {"evidence": [EvidenceLine(source(HOSTILE), "", None, "editor")]},
        {"evidence": [EvidenceLine(source("Paper"), HOSTILE, None, "editor")]},
    ],
)
def test_every_text_is_inert(said: dict[str, Any]) -> None:
    text = drawn(**said)
    assert INERT in text
    assert "<b>" not in text


def test_what_nobody_said_has_no_line() -> None:
    text = drawn()
    assert [term for term in ("Capability", "Confidence") if f"<dt>{term}</dt>" in text] == ["Capability", "Confidence"]
    assert text.count("<dt>") == 2
    assert " in, " not in text


def test_types_are_named_in_small_letters_and_lists_line_by_line() -> None:
    text = drawn(input_labels=["Text", "Image"], output_labels=["Audio"], best_for=["Lakes", "Rivers"])
    assert "(text, image in, audio out)" in text
    assert "<li>Lakes</li><li>Rivers</li>" in text


def test_a_list_may_hold_what_is_no_text() -> None:
    """A column of JSON takes anything; a page must not fail for it."""
    assert "<li>7</li>" in drawn(requires=[7])


def test_a_source_is_inert_and_names_its_origin_in_short() -> None:
    text = source_entry(SourceUse(source(HOSTILE + "x" * 100, 'https://example.org/?"'), 2, date(2026, 6, 1)))
    assert INERT in text
    assert "<b>" not in text
    assert 'href="https://example.org/?&quot;" rel="nofollow noopener"' in text
    assert f"{'x' * 73}…, at its origin" in text
    assert 'read <time datetime="2026-06-01">1 Jun 2026</time>; 2 statements' in text


def test_a_source_without_address_or_day_says_neither() -> None:
    text = source_entry(SourceUse(source("Paper"), 1, None))
    assert text.count("<a ") == 1
    assert text.endswith('<span class="small quiet">Website; 1 statement</span></li>')
