"""unfragile.yml: errors and warnings with their place, and a record that the catalog can keep."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from catalog import choices
from catalog.identity import SCHEMES
from catalog.importers.documents import MAX_BYTES
from catalog.manifest import CannotRead, record_of, schema, source_key, sources_of, validate
from tests.house.sources import ROOT

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.unfragile.yml"))
MINIMAL = (ROOT / "docs" / "examples" / "minimal.unfragile.yml").read_text()
SERVER = (ROOT / "docs" / "examples" / "mcp-server.unfragile.yml").read_text()
WORDS = {"text.summarisation": "Summarisation", "search.web": "Web search", "web.to-markdown": "Web page to Markdown"}


def errors(text: str) -> list[str]:
    return [str(finding) for finding in validate(text).errors]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_have_no_errors(path: Path) -> None:
    assert validate(path.read_text()).errors == []


def test_a_complete_manifest_has_no_warnings() -> None:
    assert validate(SERVER, vocabulary=WORDS).findings == ()


def test_the_schema_has_the_words_that_columns_take() -> None:
    """What the manifest may say has a column to stand in."""
    defs = schema()["$defs"]
    assert set(defs["artifact"]["properties"]["kind"]["enum"]) == set(choices.Kind.values)
    assert set(defs["type"]["enum"]) == set(choices.DataType.values)
    assert set(defs["price"]["properties"]["meter"]["enum"]) == set(choices.Meter.values)
    assert set(defs["failure"]["properties"]["frequency"]["enum"]) == set(choices.Frequency.values)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("  name: Heron Notes\n", "", "2:1: error: name is missing."),
        ("kind: prompt", "kind: prompts", "5:3: error: kind: “prompts” is not one of"),
        ("slug: heron-notes", "slug: Heron Notes", "3:3: error: slug: “Heron Notes” does not have the form"),
        ("  kind: prompt", "  kind: prompt\n  colour: red", "6:3: error: “colour” is not known here"),
        ("  kind: prompt", "  kind: prompt\n  licence: MIT OR", "6:3: error:"),
        ("  kind: prompt", "  kind: prompt\n  ids: {nowhere: x}", "6:9: error: There is no id scheme “nowhere”"),
        ("  kind: prompt", "  kind: prompt\n  kind: model", "6:3: error: “kind” stands here a second time."),
        ('unfragile: "1.0"', 'unfragile: "2.0"', "1:1: error: unfragile: “2.0” is not one of 1.0."),
        ("    title: Minutes out of a transcript\n", "    title: ''\n", "8:5: error: title is empty."),
    ],
)
def test_an_error_says_line_and_column(was: str, now: str, said: str) -> None:
    assert was in MINIMAL
    (error,) = errors(MINIMAL.replace(was, now, 1))
    assert error.startswith(said)


def test_a_capability_offered_twice_is_an_error() -> None:
    assert errors(SERVER.replace("web.to-markdown", "capability://search.web")) == [
        "36:5: error: “search.web” is offered above already; say it once."
    ]


def test_an_impossible_date_is_an_error() -> None:
    (error,) = errors(SERVER.replace("2026-09-01", "2026-02-31"))
    assert "not a possible date" in error


def test_warnings_say_what_readers_miss() -> None:
    """The shortest manifest is valid, and told what it leaves open."""
    found = validate(MINIMAL, vocabulary={"text.chat": "Conversation"})
    assert found.errors == []
    said = " ".join(finding.text for finding in found.warnings)
    for word in ("not in", "homepage", "tagline", "description", "licence", "intents", "evidence", "pricing"):
        assert word in said.replace("There is no capability “text.summarisation” in the vocabulary", "not in"), word
    assert "permissions" not in said  # a prompt does nothing by itself


def test_what_acts_by_itself_is_asked_for_permissions() -> None:
    text = SERVER[: SERVER.index("permissions:")]
    assert [f.text for f in validate(text, vocabulary=WORDS).warnings] == [
        "No permissions: it acts by itself, and nobody is told what it may reach."
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("a: [", "not YAML"),
        ("a: &x 1\nb: *x", "Anchors"),
        ("a: !!python/object:os.system x", "tag"),
        ("x" * (MAX_BYTES + 1), "bytes long"),
        (b"a: \xff", "UTF-8"),
        ("[" * 100, "Nested"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str | bytes, said: str) -> None:
    with pytest.raises(CannotRead, match=said):
        validate(text)


def test_a_list_is_no_manifest() -> None:
    assert errors("- a\n- b\n")


def test_as_a_record_it_is_a_draft_of_its_owner() -> None:
    record = record_of(yaml.safe_load(SERVER), source="heron-manifest")
    assert (record.slug, record.kind, record.licence, record.lifecycle) == ("heron-search-mcp", "mcp", "MIT", "draft")
    assert ("npm", "@heron-example/search-mcp") in record.ids
    search, page = record.offerings
    assert (search.capability, search.taken_apart_by, search.input_types) == ("search.web", "owner", ("text",))
    assert search.limitations == ("pages behind a login are not in the index",)
    assert search.failure_modes[0]["frequency"] == "occasional"
    assert page.failure_modes[0]["mitigation"] == ""
    assert (search.evidence[0].origin, search.evidence[0].source) == (
        "owner",
        sources_of(yaml.safe_load(SERVER))[0].slug,
    )
    (price,) = record.prices
    assert (price.amount, price.per, price.source) == (Decimal("5.00"), 1000, "heron-manifest")
    assert price.valid_from == dt.date(2026, 9, 1)


def test_without_evidence_the_manifest_itself_is_cited() -> None:
    (offering,) = record_of(yaml.safe_load(MINIMAL), source="mine").offerings
    assert [evidence.source for evidence in offering.evidence] == ["mine"]


def test_an_address_cited_twice_is_one_source() -> None:
    manifest = yaml.safe_load(SERVER)
    (source,) = sources_of(manifest)
    assert source.slug == source_key("https://github.com/heron-example/search-mcp/blob/main/README.md")
    assert source.title == "github.com/heron-example/search-mcp/blob/main/README.md"


def test_schemes_of_the_examples_are_known() -> None:
    for path in EXAMPLES:
        assert set(yaml.safe_load(path.read_text())["artifact"].get("ids", {})) <= set(SCHEMES)


KEYS = st.sampled_from(["unfragile", "artifact", "capabilities", "pricing"])
VALUES = st.none() | st.integers() | st.lists(st.text(max_size=5), max_size=3)
VALUES |= st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)


@settings(max_examples=100)
@given(st.text(max_size=300) | st.dictionaries(KEYS, VALUES).map(json.dumps))
def test_whatever_is_sent_it_is_answered(text: str) -> None:
    """Findings or a refusal, never a crash."""
    try:
        found = validate(text)
    except CannotRead:
        return
    assert found.findings
