"""Which artifact a record means: by id, slug, old address or merge; and two of one address are refused."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.desk.merging import merge
from catalog.importers.errors import CannotImport
from catalog.importers.records import ArtifactRecord, Place, Records
from catalog.importers.upsert import upsert
from catalog.models import Artifact
from tests.catalog.importers.sample import HERON, NOW, Folder, load
from tests.factories import make_artifact, make_identifier

pytestmark = pytest.mark.django_db


def record(slug: str, **more: Any) -> ArtifactRecord:
    return ArtifactRecord(slug, slug.title(), "mcp", lifecycle="draft", place=Place(f"{slug}.yaml", {"": 1}), **more)


def take(*records: ArtifactRecord, importer: str = "test") -> None:
    upsert(Records(artifacts=records), importer=importer, origin="x", now=NOW)


def refused(*records: ArtifactRecord) -> str:
    before = Artifact.objects.count()
    with pytest.raises(CannotImport) as refusal:
        take(*records)
    assert Artifact.objects.count() == before
    return str(refusal.value)


HERE, THERE = "https://github.com/o/r", "https://www.github.com/O/r.git"


def test_two_of_one_repository_are_one_thing() -> None:
    text = refused(record("one", repository=HERE), record("two", repository=THERE))
    assert text.startswith("two.yaml:1: “one” has the same repository: a thing is listed once, and two things need")
    take(record("one", repository=HERE))
    assert "“one” has the same repository" in refused(record("two", repository=THERE))
    take(record("one", repository=THERE))  # itself


def test_two_of_one_homepage_are_one_thing_where_nothing_stronger_is_said() -> None:
    one = record("one", homepage="https://example.org/")
    assert "“one” has the same homepage" in refused(one, record("two", homepage="http://www.example.org"))
    take(one, record("two", homepage="http://example.org", ids=(("npm", "two"),)))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"ids": (("npm", "one"),)}, {"ids": (("npm", "two"),)}),
        ({"repository": f"{HERE}/tree/main/a"}, {"repository": f"{HERE}/tree/main/b"}),
        ({"repository": f"{HERE}/tree/main/a"}, {}),
    ],
)
def test_ids_and_folders_tell_apart(one: dict[str, Any], two: dict[str, Any]) -> None:
    take(record("one", **{"repository": HERE, **one}), record("two", **{"repository": HERE, **two}))
    assert Artifact.objects.count() == 2


def test_ids_of_different_registries_do_not() -> None:
    text = refused(
        record("one", repository=HERE, ids=(("npm", "one"),)), record("two", repository=HERE, ids=(("pypi", "two"),))
    )
    assert "“one” has the same repository" in text


def test_another_kind_is_another_thing() -> None:
    make_artifact(kind="repo", repository=HERE)
    take(record("one", repository=HERE))
    assert Artifact.objects.count() == 2


def test_in_a_folder_both_files_are_named(folder: Folder) -> None:
    folder.write(
        "artifacts/twin.yaml",
        "slug: twin\nname: Twin\nkind: model\nlifecycle: draft\nhomepage: https://example.org/twin\n",
    )
    folder.write(
        "artifacts/twins.yaml",
        "slug: twins\nname: Twins\nkind: model\nlifecycle: draft\nhomepage: https://www.example.org/twin/\n",
    )
    (found,) = folder.problems()
    assert found.startswith("artifacts/twins.yaml:5: artifacts/twin.yaml has the same homepage")


def test_what_was_merged_takes_what_comes_for_it() -> None:
    take(record("one", ids=(("npm", "one"),)), record("two", ids=(("npm", "two"),)))
    one, two = Artifact.objects.order_by("slug")
    merge(two, into=one, why="The same.")
    take(record("two", ids=(("npm", "two"),), tagline="Does it"), importer="test")
    two.refresh_from_db()
    assert (two.tagline, two.merged_into) == ("", one)
    assert Artifact.objects.count() == 2
    assert not one.aliases.exists(), "the merged row itself redirects"


def test_a_listing_keeps_the_words_of_the_importer_that_brought_it() -> None:
    """Another source adds what the listing lacks, and says the rest in facts of its own."""
    take(record("one", tagline="As its maker says", ids=(("npm", "one"),)))
    take(
        record("uno", tagline="As a register says", homepage="https://example.org", ids=(("npm", "one"),)), importer="b"
    )
    one = Artifact.objects.get()
    assert (one.slug, one.name, one.tagline) == ("one", "One", "As its maker says")
    assert one.homepage == "https://example.org"
    assert one.aliases.get().slug == "uno"
    gone = record("uno", withdrawn_reason="Gone.", deprecated_by="due", ids=(("npm", "one"),))
    take(gone, record("due"), importer="b")
    one.refresh_from_db()
    assert (one.lifecycle, one.withdrawn_reason, one.deprecated_by) == ("draft", "", None)
    take(record("one", tagline="As its maker says now", ids=(("npm", "one"),)))
    one.refresh_from_db()
    assert one.tagline == "As its maker says now"


def test_a_clash_with_the_database_has_its_file_and_line(folder: Folder) -> None:
    make_identifier(artifact=make_artifact(slug="elsewhere"), key="heron/heron-7b")
    make_artifact(slug="heron-7b")
    with pytest.raises(CannotImport) as refusal:
        load(folder)
    (problem,) = refusal.value.problems
    assert (problem.place, problem.line) == (HERON, folder.line_of(HERON, "ids:"))
