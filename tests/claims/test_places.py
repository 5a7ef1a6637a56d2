"""By what a listing can be proven, and by what it never can."""

from __future__ import annotations

import pytest

from claims.choices import Method
from claims.places import CannotProve, places_of, registrable


def ways(homepage: str = "", repository: str = "", kind: str = "mcp", **ids: str) -> list[tuple[str, str]]:
    found = places_of(kind=kind, homepage=homepage, repository=repository, ids=ids)
    return [(one.method.value, one.where) for one in found]


def test_a_website_of_ones_own_is_proven_by_its_name_its_file_or_its_page() -> None:
    assert ways("https://www.maker.dev/scribe") == [
        ("dns", "www.maker.dev"),
        ("dns", "maker.dev"),
        ("well_known", "www.maker.dev"),
        ("meta", "https://www.maker.dev/scribe"),
    ]


def test_a_page_that_was_listed_without_tls_is_asked_with_it() -> None:
    assert ("meta", "https://maker.dev/") in ways("http://maker.dev/")


@pytest.mark.parametrize(
    "homepage",
    [
        "https://co.uk/", "https://github.io/", "https://pages.dev/", "https://vercel.app/", "https://com/",
        "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://maker.local/", "https://maker.dev:8443/",
        "https://user@maker.dev/", "ftp://maker.dev/", "https://herokuapp.com/", "",
    ],
)  # fmt: skip
def test_what_is_nobodys_or_nowhere_proves_nothing(homepage: str) -> None:
    assert ways(homepage) == []


def test_below_a_platform_a_name_is_somebodys() -> None:
    assert ways("https://maker.github.io/scribe")[0] == ("dns", "maker.github.io")
    assert ways("https://scribe.vercel.app/")[0] == ("dns", "scribe.vercel.app")


def test_on_a_host_that_many_share_a_page_shows_that_page_alone() -> None:
    assert ways("https://replicate.com/maker/scribe") == [("meta", "https://replicate.com/maker/scribe")]
    assert ways("https://replicate.com/") == []


def test_a_page_of_a_forge_is_proven_by_its_repository() -> None:
    here = [("repository", "github.com/maker/scribe")]
    assert ways(repository="https://github.com/Maker/Scribe.git") == here
    assert ways("https://github.com/maker/scribe/tree/main/src/one") == here, "a listing may name it as its homepage"
    assert ways("https://github.com/maker/scribe", "https://github.com/maker/scribe") == here
    assert ways("https://github.com/maker") == []


@pytest.mark.parametrize(
    ("repository", "where"),
    [
        ("https://github.com/maker/scribe/tree/main/servers/one", "github.com/maker/scribe"),
        ("https://gitlab.com/group/part/scribe", "gitlab.com/group/part/scribe"),
        ("https://gitlab.com/group/scribe/-/tree/main", "gitlab.com/group/scribe"),
        ("https://huggingface.co/datasets/maker/corpus", "huggingface.co/datasets/maker/corpus"),
    ],
)
def test_a_folder_belongs_to_whoever_has_the_repository(repository: str, where: str) -> None:
    assert ways(repository=repository) == [("repository", where)]


@pytest.mark.parametrize("repository", ["https://github.com/maker", "https://github.com/", "https://git.maker.dev/a/b"])
def test_no_repository_of_a_known_forge_is_no_place(repository: str) -> None:
    assert ways(repository=repository) == []


def test_an_id_of_the_hub_is_a_repository() -> None:
    assert ways(kind="dataset", huggingface="maker/corpus") == [("repository", "huggingface.co/datasets/maker/corpus")]
    assert ways(kind="model", huggingface="maker/scribe") == [("repository", "huggingface.co/maker/scribe")]


def test_every_place_says_what_it_shows() -> None:
    for one in places_of(
        kind="mcp", homepage="https://www.maker.dev/", repository="https://github.com/maker/scribe", ids={}
    ):
        assert one.where.removeprefix("https://").split("/")[0] in one.scope
        assert one.method in Method


@pytest.mark.parametrize(("host", "own"), [("a.b.maker.dev", "maker.dev"), ("maker.co.uk", "maker.co.uk")])
def test_what_somebody_has_registered(host: str, own: str) -> None:
    assert registrable(host) == own


@pytest.mark.parametrize("host", ["co.uk", "github.io", "dev", "s3.amazonaws.com"])
def test_a_public_suffix_is_nobodys(host: str) -> None:
    with pytest.raises(CannotProve):
        registrable(host)
