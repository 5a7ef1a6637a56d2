"""Real files of two dates: older, then newer ends as the newer alone; twice changes nothing; undone is undone.

Slices, since all of it takes minutes: the same providers, keys or rows of both files, so that what comes, goes and
changes between them is among it. `python bench/import_pairs.py` does the whole files.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench.import_pairs import NEIGHBOURS, PAIRS, history_of, imported
from catalog.digest import catalog_digest

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


def one_in(share: int) -> Callable[[str], bool]:
    """Whether this one is among them; the same in every file."""
    return lambda key: zlib.crc32(key.encode()) % share == 0


def models_dev(text: str) -> str:
    """Providers of few models and of many, the makers' own rows among them."""
    kept = {"anthropic", "mistral", "groq", "deepseek", "huggingface", "fireworks-ai", "xai"}
    return json.dumps({name: provider for name, provider in json.loads(text).items() if name in kept})


def litellm(text: str) -> str:
    return json.dumps({key: row for key, row in json.loads(text).items() if one_in(20)(key.rpartition("/")[2])})


def servers(text: str) -> str:
    """By the name's owner: those of the old list that are still there are not many."""
    is_one = text.startswith(("[", "{\n"))
    rows: Any = json.loads(text) if is_one else [json.loads(line) for line in text.splitlines()]
    if isinstance(rows, dict):
        return text  # a page of two
    kept = [row for row in rows if one_in(60)(row.get("server", row)["name"])]
    return json.dumps(kept) if text.startswith("[") else "\n".join(map(json.dumps, kept))


def projects(text: str) -> str:
    lines = text.splitlines()
    column = next(csv.reader(lines[:1])).index("github_id")
    return "\n".join([lines[0], *(row for row in lines[1:] if one_in(8)(next(csv.reader([row]))[column]))])


SLICES = {"models-dev": models_dev, "litellm": litellm, "mcp-registry": servers, "best-of": projects}


EVERY = (*PAIRS, *NEIGHBOURS)


@cache
def sliced(name: str, place: Path) -> str:
    """Most files are the newer of one pair and the older of another."""
    return SLICES[name](place.read_text())


@pytest.fixture(params=EVERY, ids=[" then ".join(pair[1:]) for pair in EVERY])
def pair(request: pytest.FixtureRequest, tmp_path: Path, real_data: Path) -> tuple[str, Path, Path]:
    name, *paths = request.param
    found = []
    for path in paths:
        place = real_data / "sources" / path
        # One list under one name: its date tells when it was.
        file = tmp_path / place.name
        file.write_text(sliced(name, place))
        found.append(file)
    return name, found[0], found[1]


def test_all_of_it_twice_changes_nothing(real_data: Path, tmp_path: Path) -> None:
    """Four sources that speak of the same models, the older of their files before the newer, and then once more."""
    sources = real_data / "sources"
    places: list[tuple[str, Path]] = []
    for name, *paths in PAIRS[:2]:
        for path in paths:
            (tmp_path / Path(path).name).write_text(sliced(name, sources / path))
            places.append((name, tmp_path / Path(path).name))
    places.append(("openrouter", sources / "openrouter/models.2025-12-02.json"))
    places.append(("huggingface", sources / "huggingface/api_models.json"))
    for place in places:
        imported(*place)
    digest = catalog_digest()
    for place in places:
        imported(*place)
    assert catalog_digest() == digest


def test_the_older_and_then_the_newer_ends_as_the_newer_alone(pair: tuple[str, Path, Path]) -> None:
    """What is stated at the end is the same; so is the catalog after every step that should have changed nothing."""
    found = history_of(*pair)
    assert found.stated > 50
    assert found.otherwise == []
    assert found.wrong == []
