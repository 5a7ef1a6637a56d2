"""What an editor types into a picker and the list did not have."""

from __future__ import annotations

import pytest

from catalog.choices import SourceKind
from catalog.desk import making
from catalog.desk.making import CannotMake
from catalog.models import Capability, Publisher, Source
from tests.factories import make_capability, make_publisher, make_source

pytestmark = pytest.mark.django_db


def test_what_is_there_is_taken_and_nothing_is_made() -> None:
    publisher = make_publisher(name="Acme Labs")
    source = make_source(url="https://example.org/readme")
    capability = make_capability(key="text.summaries", name="Summaries")
    assert making.make(Publisher, " acme labs ") == publisher
    assert making.make(Source, "https://example.org/readme") == source
    assert making.make(Capability, "Summaries") == capability


def test_a_new_one_is_not_saved_here() -> None:
    made = making.make(Publisher, "Acme Labs")
    assert (made.pk, made.slug) == (None, "acme-labs")
    assert not Publisher.objects.exists()


def test_a_slug_that_is_taken_gets_a_number() -> None:
    make_publisher(name="ACME, Labs", slug="acme-labs")
    assert making.make(Publisher, "Acme Labs").slug == "acme-labs-2"


@pytest.mark.parametrize(
    ("url", "title", "kind"),
    [
        ("https://arxiv.org/abs/2401.04088", "arxiv.org/abs/2401.04088", SourceKind.PAPER),
        ("https://github.com/a/b/blob/main/server.py", "github.com/a/b/blob/main/server.py", SourceKind.CODE),
        ("https://www.example.org/docs/", "example.org/docs", SourceKind.DOCUMENTATION),
    ],
)
def test_a_source_is_made_from_its_address(url: str, title: str, kind: str) -> None:
    made = making.make(Source, url)
    assert (made.title, made.kind, made.url) == (title, kind, url)


def test_a_capability_is_made_from_its_key() -> None:
    made = making.make(Capability, "text.minutes of meetings")
    assert (made.key, made.name, made.slug) == (
        "text.minutes-of-meetings",
        "Minutes of meetings",
        "text-minutes-of-meetings",
    )


@pytest.mark.parametrize(
    ("model", "text", "complaint"),
    [
        (Publisher, "  ", "needs a name"),
        (Publisher, "x" * 300, "at most 200"),
        (Source, "the readme", "from its address"),
        (Source, "javascript:alert(1)", "from its address"),
        (Capability, "minutes", "group.name"),
    ],
)
def test_what_cannot_be_made_says_why(model: type, text: str, complaint: str) -> None:
    with pytest.raises(CannotMake, match=complaint):
        making.make(model, text)


def test_one_name_under_two_groups_is_refused() -> None:
    make_capability(key="audio.summaries", name="Summaries")
    with pytest.raises(CannotMake, match="under another group"):
        making.make(Capability, "text.summaries")
