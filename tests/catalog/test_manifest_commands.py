"""manage.py validate_manifest and manage.py decompose."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Proposal
from tests.catalog.test_manifest import MINIMAL
from tests.factories import make_artifact, make_capability

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_valid_manifest_tells_its_warnings(tmp_path: Path) -> None:
    file = tmp_path / "unfragile.yml"
    file.write_text(MINIMAL)
    said = run("validate_manifest", str(file))
    assert f"{file}:2:1: warning: No licence" in said
    assert "0 errors," in said


def test_an_error_ends_with_status_1(tmp_path: Path) -> None:
    file = tmp_path / "unfragile.yml"
    file.write_text(MINIMAL.replace("kind: prompt", "kind: x"))
    with pytest.raises(CommandError, match="1 error"):
        run("validate_manifest", str(file))
    file.write_text("a: [")
    with pytest.raises(CommandError, match="not YAML"):
        run("validate_manifest", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        run("validate_manifest", str(tmp_path / "nowhere.yml"))


@pytest.fixture
def readme(tmp_path: Path) -> str:
    make_capability(key="search.web", slug="web-search", name="Web search")
    file = tmp_path / "README.md"
    file.write_text("# Heron\n- Web search: asks many\n")
    return str(file)


def test_a_file_alone_is_only_looked_at(readme: str) -> None:
    assert run("decompose", "--from", readme) == "0.95  search.web  Web search  “Web search: asks many”\n"
    assert not Proposal.objects.exists()


def test_of_an_artifact_it_is_proposed_with_its_repository_as_the_source(readme: str) -> None:
    artifact = make_artifact(repository="https://github.com/a/b")
    assert run("decompose", "--artifact", artifact.slug, "--from", readme) == "proposed=1 known=0 accepted=0\n"
    assert run("decompose", "--artifact", artifact.slug, "--from", readme) == "proposed=0 known=1 accepted=0\n"
    assert Proposal.objects.get().grounds["source"]["url"] == "https://github.com/a/b"


def test_without_a_file_the_listings_are_read(readme: str) -> None:
    make_artifact(tagline="Web search for all")
    make_artifact(tagline="Web search for all", lifecycle="draft", published_at=None)
    assert run("decompose") == "proposed=1 known=0 accepted=0\n"


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match="no artifact “nobody”"):
        run("decompose", "--artifact", "nobody")
    with pytest.raises(CommandError, match="cannot be read"):
        run("decompose", "--from", "/nowhere/README.md")
