"""The traps of real files, one by one: what each feed makes of them. Pure, but for the renames."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.digest import catalog_digest
from catalog.importers import model_rows, runs, values
from catalog.importers.feeds import Gone, Refusal, Told
from catalog.importers.reading import opened
from catalog.importers.registry import FEEDS
from catalog.models import Alias, Artifact, Lineage

NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
ON = dt.date(2026, 6, 1)


def items(name: str, place: Path, data: Any) -> dict[str, Any]:
    file = place / f"{name}.2026-06-01.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    return {item.key: item for item in FEEDS[name].read(opened(str(file), now=NOW))}


def prices(told: Told) -> set[tuple[str, str, Decimal, int, str]]:
    return {(p.provider, p.meter, p.amount, p.per, p.tier) for p in told.record.prices}


# --- units ------------------------------------------------------------------------------------------------------------


def test_three_catalogs_units_are_one_price(tmp_path: Path) -> None:
    """Dollars for a million, for one as a number, for one as text: all are 60 cents for a million."""
    found = [
        *items("models-dev", tmp_path, {"m": {"name": "M", "models": {"x": {"cost": {"input": 0.6}}}}}).values(),
        *items(
            "litellm", tmp_path, '{"m/x": {"litellm_provider": "M", "mode": "chat", "input_cost_per_token": 6e-07}}'
        ).values(),
        *items("openrouter", tmp_path, {"data": [{"id": "m/x", "pricing": {"prompt": "0.0000006"}}]}).values(),
    ]
    assert [{(p.amount, p.per) for p in one.record.prices} for one in found] == [{(Decimal("0.6"), 1_000_000)}] * 3


def test_a_price_that_depends_is_no_price_and_unknown_is_not_free(tmp_path: Path) -> None:
    found = items("openrouter", tmp_path, {"data": [{"id": "m/x", "pricing": {"prompt": "-1", "completion": "-1"}}]})
    assert found["m/x"].record.prices == ()
    found = items("models-dev", tmp_path, {"m": {"name": "M", "models": {"x": {"name": "X"}}}})
    assert found["m:x"].record.prices == ()


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -1, "-1", "free", None, True, [], "1e999", Decimal("NaN")]
)
def test_what_is_no_amount_is_none(value: Any) -> None:
    assert values.money(value) is None
    assert values.count(value) is None


# --- many offers of one model -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "model", "key"),
    [
        ("anthropic", "claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("openrouter", "anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4-5"),
        ("amazon-bedrock", "us.anthropic.claude-sonnet-4-5-v1:0", "anthropic/claude-sonnet-4-5"),
        ("google-vertex", "claude-sonnet-4-5@20250929", "anthropic/claude-sonnet-4-5-20250929"),
        ("openrouter", "deepseek/deepseek-r1:free", "deepseek/deepseek-r1"),
        ("chutes", "deepseek-ai/DeepSeek-R1", "deepseek/deepseek-r1"),
        ("groq", "gpt-oss-120b", "openai/gpt-oss-120b"),
        # What nobody's maker is known of stays its provider's own.
        ("marsh", "reed-7b", "marsh:reed-7b"),
        ("reeds", "reed-7b", "reeds:reed-7b"),
        # Another size, date or tuning is another model.
        ("mistral", "mixtral-8x22b", "mistral/mixtral-8x22b"),
        ("mistral", "mixtral-8x22b-instruct", "mistral/mixtral-8x22b-instruct"),
    ],
)
def test_rows_of_one_model_have_one_key(provider: str, model: str, key: str) -> None:
    assert model_rows.model_key(provider, model) == key


def test_a_variant_is_a_condition_of_the_price(tmp_path: Path) -> None:
    """ ":free" is no model of its own, and its zero is said of that offer alone."""
    rows = [{"id": "m/x:free", "pricing": {"prompt": "0"}}, {"id": "m/x", "pricing": {"prompt": "0.000001"}}]
    found = items("openrouter", tmp_path, {"data": rows})
    assert prices(found["m/x"]) == {
        ("OpenRouter", "input_tokens", Decimal(1), 1_000_000, ""),
        ("OpenRouter", "input_tokens", Decimal(0), 1_000_000, "free"),
    }


def test_the_makers_own_row_says_what_a_model_is(tmp_path: Path) -> None:
    """Others say how much of it they offer."""
    data = {
        "a": {"name": "A", "models": {"anthropic/claude-heron": {"limit": {"context": 1_000}}}},
        "b": {"name": "B", "models": {"anthropic/claude-heron": {"limit": {"context": 1_000}}}},
        "anthropic": {"name": "Anthropic", "models": {"claude-heron": {"limit": {"context": 2_000}}}},
    }
    found = items("models-dev", tmp_path, data)
    assert [fact.value for fact in found["anthropic/claude-heron"].record.facts] == [2_000]


def test_prose_in_a_table_of_prices_is_no_model(tmp_path: Path) -> None:
    found = items("litellm", tmp_path, {"sample_spec": {"mode": "one of: chat"}})
    assert isinstance(found["sample_spec"], Refusal)


# --- stand-ins --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["1970-01-01", "2022-03-02T23:29:04.000Z", "2999-01-01", 0, "soon", "2026-13-01", None, ""]
)
def test_dates_that_stand_for_unknown_are_none(value: Any) -> None:
    assert values.day(value, on=ON) is None


def test_an_empty_repository_is_none(tmp_path: Path) -> None:
    found = items("mcp-registry", tmp_path, {"servers": [{"server": {"name": "a/b", "repository": {"url": ""}}}]})
    assert found["a/b"].record.repository == ""


# --- servers ----------------------------------------------------------------------------------------------------------


def test_a_repository_is_no_key_of_a_server(tmp_path: Path) -> None:
    """Two servers of one repository are two; only their names, and packages, are ids."""
    shared = {"repository": {"url": "https://github.com/marsh/birds"}}
    rows = [{"server": {"name": f"marsh/{name}", **shared}} for name in ("heron", "egret")]
    found = items("mcp-registry", tmp_path, {"servers": rows})
    assert [one.record.ids for one in found.values()] == [
        (("mcp-registry", "marsh/heron"),),
        (("mcp-registry", "marsh/egret"),),
    ]


def test_a_deleted_server_is_gone_and_the_latest_version_speaks(tmp_path: Path) -> None:
    official = "io.modelcontextprotocol.registry/official"
    rows = [
        {"server": {"name": "a/b", "version": "1"}, "_meta": {official: {"isLatest": False}}},
        {"server": {"name": "a/b", "version": "2"}, "_meta": {official: {"isLatest": True}}},
        {"server": {"name": "a/c"}, "_meta": {official: {"status": "deleted"}}},
    ]
    found = items("mcp-registry", tmp_path, {"servers": rows})
    assert {fact.name: fact.value for fact in found["a/b"].record.facts} == {"version": "2"}
    assert isinstance(found["a/c"], Gone)


def test_the_schema_of_2025_is_read_too(tmp_path: Path) -> None:
    row = {
        "name": "io.github.marsh/heron",
        "description": "Watches.",
        "version_detail": {"version": "0.1", "release_date": "2025-05-16T18:56:49Z", "is_latest": True},
        "packages": [{"registry_name": "npm", "name": "@marsh/heron", "version": "0.1"}],
    }
    record = items("mcp-registry", tmp_path, [row])["io.github.marsh/heron"].record
    assert record.ids == (("mcp-registry", "io.github.marsh/heron"), ("npm", "@marsh/heron"))
    assert {fact.name: fact.value for fact in record.facts} == {
        "version": "0.1", "last_updated": "2025-05-16", "packages": ["npm"],
    }  # fmt: skip


@pytest.mark.django_db
def test_a_server_that_its_registry_deleted_stays_with_its_facts_marked(tmp_path: Path) -> None:
    official = "io.modelcontextprotocol.registry/official"
    file = tmp_path / "servers.2026-06-01.json"
    server = {"name": "a/b", "version": "1", "remotes": [{"type": "sse"}]}
    file.write_text(json.dumps({"servers": [{"server": server}]}))
    runs.start(FEEDS["mcp-registry"], str(file), now=NOW)
    file.write_text(json.dumps({"servers": [{"server": server, "_meta": {official: {"status": "deleted"}}}]}))
    counts = runs.start(FEEDS["mcp-registry"], str(file), now=NOW, is_confirmed=True).counts
    assert (counts.changed, Artifact.objects.count()) == (1, 1)
    assert set(Artifact.objects.get().facts.values_list("dropped_on", flat=True)) == {NOW.date()}
    assert runs.start(FEEDS["mcp-registry"], str(file), now=NOW).counts.unchanged == 1


# --- the hub ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_tag_names_what_a_model_was_made_from_and_not_its_kind(tmp_path: Path) -> None:
    """`dataset:x` is training data; a base that comes later, or from another source, is linked all the same."""
    rows = [
        {"id": "b/tuned", "modelId": "b/tuned", "tags": ["base_model:finetune:a/base", "dataset:reeds"]},
        {"id": "a/base", "modelId": "a/base", "tags": []},
    ]
    file = tmp_path / "models.2026-06-01.json"
    file.write_text(json.dumps(rows))
    runs.start(FEEDS["huggingface"], str(file), now=NOW)
    assert dict(Artifact.objects.values_list("slug", "kind")) == {"tuned": "finetune", "base": "model"}
    cards = tmp_path / "cards"
    cards.mkdir()
    (cards / "reeds.md").write_text("---\nlicense: mit\n---\n")
    runs.start(FEEDS["hf-cards"], str(cards), now=NOW)
    links = Lineage.objects.order_by("relation").values_list("artifact__slug", "relation", "parent__slug", "detail")
    assert list(links) == [("tuned", "derived_from", "base", "fine-tuned"), ("tuned", "trained_on", "reeds", "")]


# --- lists ------------------------------------------------------------------------------------------------------------

HEAD = "name,github_id,star_count,monthly_downloads,dependent_project_count,updated_github_id\n"


def listed(place: Path, day: str, *rows: str) -> None:
    place.mkdir(exist_ok=True)
    (place / f"{day}_projects.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))


def test_an_empty_cell_is_no_reading(tmp_path: Path) -> None:
    listed(tmp_path / "list", "2026-05-01", "Birds,marsh/birds,40.0,,,")
    found = list(FEEDS["best-of"].read(opened(str(tmp_path / "list"), now=NOW)))
    assert [(r.signal, r.value) for r in found[0].record.readings] == [("stars", 40.0)]


@pytest.mark.django_db
def test_a_rename_is_an_old_address_and_no_second_artifact(tmp_path: Path) -> None:
    """Told at once or later, the listing stays one, and the old name leads to it."""
    place = tmp_path / "list"
    listed(place, "2026-05-01", "Ponds,old/pond,40,,,", "Nests,old/nest,40,,,new/nests")
    runs.start(FEEDS["best-of"], str(place), now=NOW)
    assert sorted(Artifact.objects.values_list("slug", flat=True)) == ["nests", "pond"]
    listed(place, "2026-06-01", "Ponds,old/pond,41,,,new/ponds", "Nests,new/nests,40,,,")
    runs.start(FEEDS["best-of"], str(place), now=NOW, is_confirmed=True)
    listed(place, "2026-06-08", "Ponds,new/ponds,42,,,", "Nests,new/nests,40,,,")
    (place / "2026-05-01_projects.csv").unlink()
    (place / "2026-06-01_projects.csv").unlink()
    runs.start(FEEDS["best-of"], str(place), now=NOW, is_confirmed=True)
    assert Artifact.objects.count() == 2
    pond = Artifact.objects.get(slug="pond")
    assert pond.repository == "https://github.com/new/ponds"
    assert set(pond.readings.filter(signal="stars").values_list("value", flat=True)) == {40, 41, 42}
    assert set(Alias.objects.values_list("slug", "artifact__slug")) == {("nest", "nests")}


@pytest.mark.django_db
def test_two_lists_are_no_shrinking_source(tmp_path: Path) -> None:
    """What the other list names is not gone; a project on both is one artifact; read again, nothing changes."""
    listed(tmp_path / "birds", "2026-06-01", "Ponds,marsh/ponds,40,,,", "Nests,marsh/nests,40,,,")
    listed(tmp_path / "water", "2026-06-01", "Ponds,marsh/ponds,41,,,", "Reeds,marsh/reeds,40,,,")
    places = [str(tmp_path / "birds"), str(tmp_path / "water")]
    assert [runs.start(FEEDS["best-of"], place, now=NOW).state for place in places] == ["done", "done"]
    assert sorted(Artifact.objects.values_list("slug", flat=True)) == ["nests", "ponds", "reeds"]
    digest = catalog_digest()
    assert [runs.start(FEEDS["best-of"], place, now=NOW).counts.unchanged for place in places] == [2, 2]
    assert catalog_digest() == digest


def test_scores_of_two_models_together_are_of_neither(tmp_path: Path) -> None:
    file = tmp_path / "board.yml"
    file.write_text("- model: Heron + Egret\n  pass_rate_2: 60.0\n")
    (only,) = FEEDS["aider"].read(opened(str(file), now=NOW))
    assert isinstance(only, Refusal)


def test_a_project_counted_under_two_names_has_one_count_a_day(tmp_path: Path) -> None:
    """The newest name's; they are neither summed, nor does the order of rows decide."""
    rows = ["Ponds,old/pond,40,,,new/ponds", "Ponds,new/ponds,41,,,"]
    for some in (rows, rows[::-1]):
        listed(tmp_path / "list", "2026-05-01", *some)
        (only,) = FEEDS["best-of"].read(opened(str(tmp_path / "list"), now=NOW))
        assert isinstance(only, Told)
        assert [(r.signal, r.value) for r in only.record.readings] == [("stars", 41)]
