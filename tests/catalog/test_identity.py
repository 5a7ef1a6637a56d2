"""Canonical ids: what makes two listings the same thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.identity import SCHEMES, CannotIdentify, identity_key, repository_key


@pytest.mark.parametrize(
    ("scheme", "one", "other"),
    [
        ("huggingface", "mistralai/Mixtral-8x7B-v0.1", "MistralAI/mixtral-8x7b-v0.1"),
        ("huggingface", " mistralai/Mixtral ", "mistralai/Mixtral"),
        ("pypi", "Sentence_Transformers", "sentence-transformers"),
        ("pypi", "a.-_b", "a-b"),
        ("repository", "https://github.com/Acme/Tools", "github.com/acme/tools"),
        ("repository", "https://github.com/acme/tools.git", "https://www.github.com/acme/tools/"),
        ("repository", "https://github.com/acme/tools/tree/main/servers/x", "https://github.com/acme/tools#servers/x"),
        ("repository", "https://github.com/acme/tools/blob/main/servers/x", "https://github.com/acme/tools#servers/x"),
        ("repository", "https://someone@github.com/acme/tools", "http://github.com/acme/tools"),
    ],
)
def test_two_spellings_of_one_thing(scheme: str, one: str, other: str) -> None:
    assert identity_key(scheme, one) == identity_key(scheme, other)


@pytest.mark.parametrize(
    ("scheme", "one", "other"),
    [
        ("npm", "@acme/tool", "@acme/tools"),
        ("npm", "a-b", "a_b"),  # two packages there; one on PyPI
        ("repository", "https://github.com/acme/tools#servers/x", "https://github.com/acme/tools#servers/y"),
        ("repository", "https://github.com/acme/tools", "https://github.com/acme/tools#servers/x"),
        ("repository", "https://github.com/acme/tools", "https://gitlab.com/acme/tools"),
    ],
)
def test_two_things(scheme: str, one: str, other: str) -> None:
    assert identity_key(scheme, one) != identity_key(scheme, other)


def test_a_repository_key_reads_host_owner_name_and_folder() -> None:
    assert repository_key("https://github.com/Acme/Tools/tree/main/servers/X") == "github.com/acme/tools#servers/X"


@pytest.mark.parametrize("value", ["", "   ", "two words", "a\nb", "x" * 301])
@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_what_is_no_id_is_refused(scheme: str, value: str) -> None:
    with pytest.raises(CannotIdentify):
        identity_key(scheme, value)


@pytest.mark.parametrize(
    "address", ["github.com", "https://github.com/acme", "/acme/tools", "https://", "https://[acme/tools/x", "//"]
)
def test_what_is_no_address_of_a_repository_is_refused(address: str) -> None:
    with pytest.raises(CannotIdentify):
        identity_key("repository", address)


def test_an_unknown_scheme_is_refused_with_those_there_are() -> None:
    with pytest.raises(CannotIdentify, match="huggingface"):
        identity_key("sourceforge", "acme/tools")


def test_a_key_fits_its_column_even_where_folding_makes_it_longer() -> None:
    with pytest.raises(CannotIdentify):
        identity_key("npm", "ß" * 299)


@given(st.sampled_from(sorted(SCHEMES)), st.text(max_size=120))
def test_any_text_gives_a_key_or_is_refused(scheme: str, text: str) -> None:
    try:
        key = identity_key(scheme, text)
    except CannotIdentify:
        return
    assert 0 < len(key) <= 300
    assert key == identity_key(scheme, f"  {text}  ")


@pytest.mark.real_data
def test_names_in_the_real_mcp_registry_keep_apart(real_data: Path) -> None:
    """Folding case brings together a handful of servers that differ in nothing else, and no two others."""
    lines = (
        (real_data / "sources" / "mcp-registry" / "servers.2026-06-12.jsonl").read_text(encoding="utf-8").splitlines()
    )
    names = {json.loads(line)["server"]["name"] for line in lines}
    assert len(names) > 5_000
    spellings: dict[str, set[str]] = {}
    for name in names:
        spellings.setdefault(identity_key("mcp-registry", name), set()).add(name)
    doubled = [found for found in spellings.values() if len(found) > 1]
    assert len(doubled) < 10
    assert all(len({name.lower() for name in found}) == 1 for found in doubled)
