"""What is one and what is two in the real files: renames, keys, servers of one repository, offers of one model."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from django.db.models import Count

from catalog.identity import repository_key
from catalog.importers import runs
from catalog.importers.registry import FEEDS
from catalog.models import Artifact, Entry, Identifier

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]

NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)


def take(name: str, place: Path) -> None:
    runs.start(FEEDS[name], str(place), now=NOW, is_confirmed=True)


def renames(folder: Path) -> set[tuple[str, str]]:
    """Old and new name, as the tables of all dates label them."""
    found = set()
    for file in folder.glob("*.csv"):
        with file.open(newline="", encoding="utf-8") as rows:
            found |= {
                (row["github_id"], row["updated_github_id"])
                for row in csv.DictReader(rows)
                if row.get("github_id") and row.get("updated_github_id")
            }
    return found


@pytest.mark.parametrize("order", ["the folder", "each table by its date"])
@pytest.mark.parametrize("name", ["best-of-ml", "best-of-mcp"])
def test_no_labelled_rename_makes_a_second_artifact(real_data: Path, name: str, order: str) -> None:
    folder = real_data / "sources" / name
    labelled = renames(folder)
    assert len(labelled) > {"best-of-ml": 50, "best-of-mcp": 5}[name]
    for place in [folder] if order == "the folder" else [*sorted(folder.glob("*.csv")), folder]:
        take("best-of", place)
    rows = Identifier.objects.filter(scheme="repository").values_list("key", "artifact_id")
    owner = dict(rows)
    owners = {
        pair: {owner.get(repository_key(f"https://github.com/{name}")) for name in pair} - {None} for pair in labelled
    }
    # A name that lasted between two tables may be nobody's: what matters is that no name is another's.
    two = [pair for pair, found in owners.items() if len(found) != 1]
    assert two == []


def test_one_repository_with_many_servers_stays_many(real_data: Path, tmp_path: Path) -> None:
    """Those of the repository that the most servers name, by their names in the registry."""
    file = real_data / "sources" / "mcp-registry" / "servers.2026-06-12.jsonl"
    rows: dict[str, list[str]] = defaultdict(list)
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            server = json.loads(line)
            server = server.get("server", server)
            rows[(server.get("repository") or {}).get("url") or ""].append(line)
    rows.pop("")
    assert sum(len(some) > 1 for some in rows.values()) > 200
    most = max(rows.values(), key=len)[:300]
    place = tmp_path / "servers.2026-06-12.jsonl"
    place.write_text("".join(most), encoding="utf-8")
    take("mcp-registry", place)
    assert Entry.objects.count() == Artifact.objects.count() == len(most) > 20


def test_offers_of_many_providers_are_one_model_and_no_key_is_anybody_elses(real_data: Path) -> None:
    sources = real_data / "sources"
    take("models-dev", sources / "models.dev" / "api.2026-05-31.json")
    take("litellm", sources / "litellm" / "model_prices_and_context_window.v1.90.0.json")
    take("openrouter", sources / "openrouter" / "models.2025-12-02.json")
    # 4,300 rows of one source, 2,800 of another, 335 of a third.
    assert 1_500 < Artifact.objects.count() < 2_600
    providers = Counter(
        Artifact.objects.annotate(n=Count("prices__provider", distinct=True)).values_list("n", flat=True)
    )
    assert sum(n for count, n in providers.items() if count >= 5) > 200
    keys = Counter(Identifier.objects.values_list("scheme", "key"))
    assert max(keys.values()) == 1
    # One key is one artifact's: no other entry of the same source has it.
    for importer in ("models-dev", "litellm", "openrouter"):
        entries = Entry.objects.filter(importer=importer)
        assert entries.count() == entries.values("artifact").distinct().count()
