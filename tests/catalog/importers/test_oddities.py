"""Values that nothing can have: left out, and told on the entry's row."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.importers import runs
from catalog.importers.oddities import notes_of
from catalog.importers.registry import FEEDS
from catalog.models import Price, Reading, RunRow

NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
ON = dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"cost": {"input": float("nan")}}, "cost.input: “nan” is no number; it is left out."),
        ({"cost": {"input_cost": "NaN"}}, "cost.input_cost: “NaN” is no number; it is left out."),
        ({"input_cost": Decimal("-0.1")}, "input_cost: “-0.1” is less than nothing; it is left out."),
        ({"pricing": {"prompt": "-1"}}, "pricing.prompt: “-1” is less than nothing; it is left out."),
        ({"likes": -5}, "likes: “-5” is less than nothing; it is left out."),
        (("x", [(ON, {"star_count": "-40.0"})]), "star_count: “-40.0” is less than nothing; it is left out."),
        ({"lastModified": "2999-01-01T00:00"}, "lastModified: “2999-01-01T00:00” is a day to come; it is left out."),
    ],
)  # fmt: skip
def test_what_nothing_can_have_is_told_with_its_place(raw: Any, said: str) -> None:
    assert notes_of(raw, ON) == (said,)


@pytest.mark.parametrize(
    "raw",
    [
        {"cost": {"input": 0}, "likes": 0, "downloads": None},
        {"name": "Infinity", "description": "-1", "arguments": ["-1"]},
        {"lastModified": "2026-06-02", "deprecation_date": "2999-01-01"},
        {"score": -3.5, "has_count": True},
    ],
)
def test_what_may_well_be_is_not_told(raw: Any) -> None:
    """Tomorrow, since clocks differ; words; and plans."""
    assert notes_of(raw, ON) == ()


def test_a_nest_and_a_flood_are_told_within_bounds() -> None:
    deep: Any = {"likes": -1}
    for _ in range(500):
        deep = {"a": [[deep]]}
    assert notes_of(deep, ON) == ()
    assert len(notes_of({f"likes{number}": -1 for number in range(1_000)}, ON)) == 5


@pytest.mark.django_db
def test_an_entry_comes_in_without_its_impossible_values_and_its_row_says_so(tmp_path: Path) -> None:
    """The rest of it, and all others, are as they should be; and the next run is fine."""
    file = tmp_path / "models.2026-06-01.json"
    rows = [{"id": f"a/{n}", "modelId": f"a/{n}", "likes": 50, "downloads": 60} for n in range(3)]
    rows[1] |= {"likes": -50, "lastModified": "2999-01-01"}
    file.write_text(json.dumps(rows))
    result = runs.start(FEEDS["huggingface"], str(file), now=NOW)
    assert (result.counts.new, result.counts.refused) == (3, 0)
    assert RunRow.objects.get(key="a/1").sentences == [
        "likes: “-50” is less than nothing; it is left out.",
        "lastModified: “2999-01-01” is a day to come; it is left out.",
    ]
    assert RunRow.objects.get(key="a/0").sentences == []
    assert Reading.objects.filter(signal="likes").count() == 2
    assert runs.start(FEEDS["huggingface"], str(file), now=NOW).counts.unchanged == 3


@pytest.mark.django_db
@pytest.mark.parametrize("price", ["NaN", "-1e-6", '"-1"', "Infinity"])
def test_no_price_is_made_of_what_is_none(tmp_path: Path, price: str) -> None:
    """Neither zero, which would be free, nor anything else; a try says so in its lines."""
    file = tmp_path / "openrouter.2026-06-01.json"
    row = '{"id": "m/x", "pricing": {"prompt": PRICE, "completion": "0.000001"}}'.replace("PRICE", price)
    file.write_text(f'{{"data": [{row}]}}')
    tried = runs.start(FEEDS["openrouter"], str(file), now=NOW, is_dry_run=True)
    assert [line for line in tried.shown if line.startswith("note     m/x: pricing.prompt")]
    runs.start(FEEDS["openrouter"], str(file), now=NOW)
    assert list(Price.objects.values_list("meter", flat=True)) == ["output_tokens"]
    assert "pricing.prompt" in RunRow.objects.get().sentences[0]
