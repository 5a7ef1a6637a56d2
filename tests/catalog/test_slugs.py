"""No slug makes a comparison's address ambiguous, however it came about."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog.desk.restoring import _taken as taken_of
from catalog.importers.matching import _wishes as wishes_of
from catalog.importers.records import ArtifactRecord
from catalog.importers.values import slug_of
from catalog.manifest import SCHEMA_FILE
from catalog.models import Artifact
from catalog.slugs import AMBIGUOUS, is_ambiguous, slug_from, unambiguous
from tests.factories import make_artifact

BAD = ("a-vs-b", "vs-a", "a-vs", "vs-vs", "a-vs-vs-b")
GOOD = ("a", "vsa-b", "a-b-vsx", "avs", "a-vsa-b", "vs")


@pytest.mark.parametrize("slug", BAD)
def test_an_ambiguous_slug_is_seen_and_made_safe(slug: str) -> None:
    assert is_ambiguous(slug)
    assert not is_ambiguous(unambiguous(slug))


@pytest.mark.parametrize("slug", GOOD)
def test_letters_within_a_word_are_nobodys_business(slug: str) -> None:
    assert not is_ambiguous(slug)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("One vs. Two", "one-two"),
        ("VS Code", "code"),
        ("Us vs", "us"),
        ("Vsauce", "vsauce"),
        ("Name_with/all.of:them", "name-with-all-of-them"),
        ("鹭", ""),
        ("abc vscode", "abc"),
    ],
)
def test_a_slug_is_made_of_a_text(text: str, slug: str) -> None:
    """The last is cut within “vscode”, and what is left of it is no “vs”."""
    assert slug_from(text, longest=6 if text == "abc vscode" else 100) == slug


def test_importers_make_safe_slugs_only() -> None:
    """Out of names, and out of a publisher's slug before a taken one."""
    assert slug_of("vs vs", "key").startswith("entry-")
    assert not is_ambiguous(slug_of("Claude vs", "key"))

    class One:
        record = ArtifactRecord("base", "Base", "model", publisher="vs")
        key = "key"

    assert [slug for slug in wishes_of(One) if is_ambiguous(slug)] == []  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("slug", BAD)
def test_the_database_and_forms_refuse_an_ambiguous_slug(slug: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_artifact(slug=slug)
    with pytest.raises(ValidationError, match="cannot contain -vs-"):
        Artifact(slug=slug, name="Heron", kind="model").full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize("slug", GOOD)
def test_the_database_takes_every_other(slug: str) -> None:
    assert make_artifact(slug=slug).pk


@pytest.mark.django_db
def test_a_state_of_before_does_not_bring_an_ambiguous_slug_back() -> None:
    artifact = make_artifact(slug="heron")

    class Before:
        then = {f"catalog.artifact:{artifact.pk}": {"slug": "heron-vs"}}
        gone: tuple[str, ...] = ()
        changed: tuple[str, ...] = ()

    assert "cannot be taken any more" in next(iter(taken_of(artifact, Before)))  # type: ignore[arg-type]


def test_both_schemas_of_files_refuse_what_the_rule_refuses() -> None:
    schema = json.loads(SCHEMA_FILE.read_text())
    assert schema["$defs"]["artifact"]["properties"]["slug"]["not"]["pattern"] == AMBIGUOUS
    folder = SCHEMA_FILE.parent / "importers" / "manifest" / "catalog-files.schema.json"
    assert json.dumps({"not": {"pattern": AMBIGUOUS}}) in json.dumps(json.loads(folder.read_text()))
