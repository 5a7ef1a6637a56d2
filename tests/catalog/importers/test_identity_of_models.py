"""Which rows are one model, and what stays one or two through imports, merges and editors' decisions."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalog.desk.duplicates import find_pairs, keep_apart
from catalog.desk.merging import merge
from catalog.importers import runs
from catalog.importers.model_rows import model_key
from catalog.importers.registry import FEEDS
from catalog.models import Artifact, Entry, Identifier, Pair, Price
from tests.cast import erin
from tests.factories import make_artifact, make_identifier

NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
Offers = dict[str, dict[str, Any]]


def models_dev(place: Path, offers: Offers, day: str = "2026-06-01") -> dict[str, int]:
    """`offers`: by provider and its id of a model, what it asks for a million tokens, or the row."""
    rows = {
        provider: {
            "name": provider.title(),
            "models": {m: a if isinstance(a, dict) else {"cost": {"input": a}} for m, a in some.items()},
        }
        for provider, some in offers.items()
    }
    file = place / f"models.{day}.json"
    file.write_text(json.dumps(rows))
    result = runs.start(FEEDS["models-dev"], str(file), now=NOW, is_confirmed=True)
    return {name: getattr(result.counts, name) for name in ("read", "new", "changed", "unchanged", "refused")}


def asked(artifact: Artifact) -> dict[str, Decimal]:
    return dict(artifact.prices.filter(valid_to=None).values_list("provider", "amount"))


@pytest.mark.parametrize(
    ("provider", "model", "key"),
    [
        # The maker stands in the name itself, in any of its spellings.
        ("digitalocean", "openai-gpt-5.4", "openai/gpt-5-4"),
        ("venice", "zai-org-glm-4.7", "zai/glm-4-7"),
        ("oci", "xai.grok-4", "xai/grok-4"),
        ("azure", "meta-llama-3.1-8b-instruct", "meta/llama-3-1-8b-instruct"),
        ("azure", "cohere-embed-v3-english", "cohere/cohere-embed-v3-english"),
        # One number, written in three ways; and the format of weights is no other model.
        ("fireworks", "accounts/fireworks/models/kimi-k2p5", "moonshotai/kimi-k2-5"),
        ("bedrock", "meta.llama3-8b-instruct-v1:0", "meta/llama-3-8b-instruct"),
        ("fireworks", "accounts/fireworks/models/llama-v3p1-8b-instruct", "meta/llama-3-1-8b-instruct"),
        ("fireworks", "accounts/fireworks/models/mixtral-8x22b-instruct-hf", "mistral/mixtral-8x22b-instruct"),
        # Of an author nobody has heard of, everywhere the same.
        ("kilo", "heron-labs/reed-13b", "heron-labs/reed-13b"),
        ("moor", "Heron-Labs/Reed-13B", "heron-labs/reed-13b"),
        # Somebody's model that is called like the one it was made from, or like another maker's.
        ("wandb", "openpipe/qwen3-14b-instruct", "openpipe/qwen3-14b-instruct"),
        ("cloudflare", "deepgram/nova-3", "deepgram/nova-3"),
        # Passed on as it is.
        ("chutes", "unsloth/gemma-3-12b-it", "google/gemma-3-12b-it"),
        ("synthetic", "hf:deepseek-ai/DeepSeek-V3", "deepseek/deepseek-v3"),
        # What names no one stays its provider's.
        ("moor", "reed-13b", "moor:reed-13b"),
        ("moor", "moor/reed-13b", "moor:moor/reed-13b"),
        ("moor", "", "moor:"),
    ],
)
def test_the_key_of_a_row(provider: str, model: str, key: str) -> None:
    assert model_key(provider, model) == key


@pytest.mark.django_db
def test_many_offers_of_one_model_are_one_artifact(tmp_path: Path) -> None:
    models_dev(
        tmp_path,
        {
            "mistral": {"mixtral-8x22b": 2},
            "kilo": {"mistralai/mixtral-8x22b": 3},
            "bedrock": {"mistral.mixtral-8x22b": 4},
        },
    )
    (artifact,) = Artifact.objects.all()
    assert asked(artifact) == {"Mistral": 2, "Kilo": 3, "Bedrock": 4}


@pytest.mark.django_db
def test_no_two_artifacts_share_an_id() -> None:
    """The table refuses it, whoever writes."""
    make_identifier(artifact=make_artifact(), scheme="huggingface", value="marsh/reed")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_identifier(artifact=make_artifact(), scheme="huggingface", value="Marsh/Reed")
    assert Identifier.objects.count() == 1


@pytest.mark.django_db
def test_not_the_same_is_remembered_by_imports_and_by_the_search_for_duplicates(tmp_path: Path) -> None:
    offers: Offers = {
        "mistral": {"open-heron": {"name": "Heron", "cost": {"input": 2}}},
        "kilo": {"mistralai/heron": {"name": "Heron", "cost": {"input": 3}}},
    }
    models_dev(tmp_path, offers)
    assert find_pairs() == 1
    keep_apart(Pair.objects.get(), by=erin())
    offers["kilo"]["mistralai/heron"]["cost"] = {"input": 5}
    models_dev(tmp_path, offers, "2026-06-02")
    assert find_pairs() == 0
    assert Pair.objects.get().state == "not_the_same"
    assert Artifact.objects.filter(merged_into=None).count() == 2
    assert sorted(amount for row in Artifact.objects.all() for amount in asked(row).values()) == [2, 5]


@pytest.fixture
def merged(tmp_path: Path) -> Artifact:
    """Two entries of one source that an editor has made one listing of."""
    models_dev(
        tmp_path, {"mistral": {"heron": 2}, "kilo": {"mistralai/open-heron": {"name": "Open", "cost": {"input": 3}}}}
    )
    kept, other = (Entry.objects.get(key=key).artifact for key in ("mistral/heron", "mistral/open-heron"))
    merge(other, into=kept, why="One model under two names.")
    return kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed",
    [
        {"mistral": {"heron": 4}, "kilo": {"mistralai/open-heron": 3}},
        {"mistral": {"heron": 2}, "kilo": {"mistralai/open-heron": 5}},
        {"mistral": {"heron": 4}, "kilo": {"mistralai/open-heron": 5}},
    ],
)
def test_what_an_editor_merged_keeps_the_offers_of_both(merged: Artifact, tmp_path: Path, changed: Offers) -> None:
    """Whichever of the two entries says something new: neither ends the other's prices, and none is refused."""
    counts = models_dev(tmp_path, changed, "2026-06-02")
    assert asked(merged) == {
        "Mistral": changed["mistral"]["heron"],
        "Kilo": changed["kilo"]["mistralai/open-heron"],
    }
    assert (counts["read"], counts["refused"], counts["changed"]) == (2, 0, 2)
    merged.refresh_from_db()
    assert merged.name == "mistral/heron"
    assert models_dev(tmp_path, changed, "2026-06-02")["unchanged"] == 2


@pytest.mark.django_db
def test_an_offer_of_a_merged_entry_ends_when_it_is_said_no_more(merged: Artifact, tmp_path: Path) -> None:
    models_dev(tmp_path, {"mistral": {"heron": 2}, "kilo": {"mistralai/open-heron": {"name": "Open"}}}, "2026-06-02")
    assert asked(merged) == {"Mistral": 2}
    assert Price.objects.exclude(valid_to=None).get().provider == "Kilo"


@pytest.mark.django_db
def test_the_entry_that_is_left_of_two_merged_ones_speaks_for_the_listing(merged: Artifact, tmp_path: Path) -> None:
    """The first is named no longer; what the other says from then on is believed, and the first's offers end."""
    for amount, day in ((3, "2026-06-02"), (5, "2026-06-03")):
        models_dev(tmp_path, {"kilo": {"mistralai/open-heron": amount}}, day)
    assert asked(merged) == {"Kilo": 5}
