"""Licence expressions: read, written in their SPDX spelling, and put into a class."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import licences
from catalog.choices import LicenceClass

PERMISSIVE, COPYLEFT, RESTRICTED, UNKNOWN = LicenceClass


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", PERMISSIVE),
        ("apache-2.0", PERMISSIVE),
        ("GPL-3.0-only", COPYLEFT),
        ("GPL-2.0+", COPYLEFT),
        ("CC-BY-SA-4.0", COPYLEFT),
        ("CC-BY-NC-4.0", RESTRICTED),
        ("LicenseRef-Llama-3.3", RESTRICTED),
        ("Made-Up-1.0", UNKNOWN),
        ("", UNKNOWN),
        ("   ", UNKNOWN),
        # One may choose the freer side of an OR; of an AND both bind.
        ("MIT OR GPL-3.0-only", PERMISSIVE),
        ("MIT AND GPL-3.0-only", COPYLEFT),
        ("mit and gpl-3.0-only", COPYLEFT),
        ("MIT OR Made-Up-1.0", PERMISSIVE),
        ("MIT AND Made-Up-1.0", UNKNOWN),
        # AND binds tighter than OR, brackets tighter than both.
        ("MIT OR Apache-2.0 AND CC-BY-NC-4.0", PERMISSIVE),
        ("(MIT OR Apache-2.0) AND CC-BY-NC-4.0", RESTRICTED),
        ("((MIT))", PERMISSIVE),
        ("GPL-2.0-only WITH Classpath-exception-2.0", COPYLEFT),
    ],
)
def test_class_of_an_expression(expression: str, expected: LicenceClass) -> None:
    assert licences.class_of(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "MIT OR",
        "OR MIT",
        "AND",
        "(MIT",
        "MIT)",
        "()",
        "MIT Apache-2.0",
        "MIT / Apache-2.0",
        "GPL-2.0-only WITH",
        "<script>",
        "MIT, see file",
    ],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(licences.CannotRead):
        licences.class_of(expression)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("apache-2.0", "Apache-2.0"),
        ("mit or gpl-3.0-only", "MIT OR GPL-3.0-only"),
        ("(mit OR bsd-3-clause) and isc", "(MIT OR BSD-3-Clause) AND ISC"),
        ("LicenseRef-Llama-3.3", "LicenseRef-Llama-3.3"),
        ("", ""),
    ],
)
def test_canonical_spelling(given_text: str, expected: str) -> None:
    assert licences.canonical(given_text) == expected


def test_no_id_is_in_two_classes() -> None:
    assert not licences.PERMISSIVE & licences.COPYLEFT
    assert not licences.PERMISSIVE & licences.RESTRICTED
    assert not licences.COPYLEFT & licences.RESTRICTED


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(licences.CannotRead):
        assert licences.class_of(text) in LicenceClass


ids = st.sampled_from(sorted(licences.PERMISSIVE | licences.COPYLEFT | licences.RESTRICTED))
expressions = st.recursive(
    ids, lambda e: st.builds("({} {} {})".format, e, st.sampled_from(["AND", "OR"]), e), max_leaves=6
)


@given(expressions)
def test_canonical_spelling_keeps_the_class_and_stays_as_it_is(expression: str) -> None:
    once = licences.canonical(expression.lower())
    assert licences.canonical(once) == once
    assert licences.class_of(once) == licences.class_of(expression)


@pytest.mark.real_data
def test_ids_on_real_hub_tags_are_read_or_refused_by_name(real_data: Path) -> None:
    """Tags hold what people wrote: none may break the reader, and the frequent ones must be known."""
    models = json.loads((real_data / "sources" / "huggingface" / "api_models.json").read_text(encoding="utf-8"))
    found = [tag.partition(":")[2] for model in models for tag in model.get("tags", ()) if tag.startswith("license:")]
    assert len(found) > 20
    known = [text for text in found if licences.class_of(text) != UNKNOWN]
    assert len(known) > len(found) / 3
