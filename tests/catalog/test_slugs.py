"""No slug makes a comparison's address ambiguous, however it came about."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from catalog.desk.restoring import _taken as taken_of
from catalog.importers.matching import _wishes as wishes_of
from catalog.importers.records import ArtifactRecord
from catalog.importers.values import slug_of
from catalog.manifest import SCHEMA_FILE
from catalog.models import Alias, Artifact
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


@pytest.fixture
def before(transactional_db: None) -> Iterator[MigrationExecutor]:
    """The database as it was before such slugs were refused."""
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate([("catalog", _BEFORE)])
    yield executor
    executor = MigrationExecutor(connection)
    executor.migrate(latest)


_MIGRATION = "0017_safe_slugs_names_links"
_BEFORE = "0016_watched_runs"


def test_what_has_an_ambiguous_slug_gets_another_and_its_old_address_redirects(before: MigrationExecutor) -> None:
    """Also where the safe one is taken by another artifact, or by its old address."""
    artifacts = before.loader.project_state([("catalog", _BEFORE)]).apps.get_model("catalog", "Artifact")
    for slug in ("heron-vs", "vs-egret", "egret", "crane-vs", "ibis"):
        artifacts.objects.create(slug=slug, name=slug, kind="model")
    # As from before names were cleaned, for now they cannot be written so.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_artifact SET name = %s, homepage = %s WHERE slug = 'ibis'",
            ["ib\u202eis", "javascript:alert(1)"],
        )
    before.loader.project_state([("catalog", _BEFORE)]).apps.get_model("catalog", "Alias").objects.create(
        slug="crane", artifact_id=artifacts.objects.get(slug="ibis").pk
    )
    MigrationExecutor(connection).migrate([("catalog", _MIGRATION)])
    slugs = dict(artifacts.objects.values_list("name", "slug"))
    egret, crane = (artifacts.objects.get(name=name).pk for name in ("vs-egret", "crane-vs"))
    assert slugs == {
        "heron-vs": "heron",
        "vs-egret": f"egret-{egret}",
        "egret": "egret",
        "crane-vs": f"crane-{crane}",
        "ibis": "ibis",
    }
    ibis = artifacts.objects.get(slug="ibis")
    assert (ibis.name, ibis.homepage) == ("ibis", "")
    assert dict(Alias.objects.values_list("slug", "artifact__slug")) == {
        "heron-vs": "heron",
        "vs-egret": f"egret-{egret}",
        "crane-vs": f"crane-{crane}",
        "crane": "ibis",
    }
