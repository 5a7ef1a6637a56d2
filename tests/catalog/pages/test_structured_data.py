"""JSON-LD: what it says, and that no text breaks out of its script element."""

from __future__ import annotations

import datetime as dt
import json
from html.parser import HTMLParser
from typing import Any

import pytest

from catalog.choices import Kind
from catalog.models import Artifact, Identifier
from catalog.pages.dossier import dossier_of
from catalog.pages.structured_data import structured_data
from catalog.state import live_state
from tests.factories import make_artifact, make_capability, make_fact, make_offering, make_publisher

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)
SITE = "https://unfragile.example"

BREAK_OUTS = [
    "</script><script>alert(1)</script>",
    "</SCRIPT ><img src=x onerror=alert(1)>",
    "<!--<script>",
    "-->",
    "]]>",
    "\u2028\u2029",
    '","@type":"Thing","x":"',
    "\\u003C/script\\u003E",
    "\\",
    "&lt;/script&gt;",
    "{{ settings.SECRET_KEY }}",
]


def test_a_disputed_date_is_left_out() -> None:
    artifact = make_artifact()
    make_fact(artifact=artifact, name="released", value="2024-04-10")
    assert '"datePublished": "2024-04-10"' in text_of(artifact)
    make_fact(artifact=artifact, name="released", value="2024-04-17")
    assert "datePublished" not in text_of(artifact)


def text_of(artifact: Artifact) -> str:
    state = live_state()
    artifact = Artifact.objects.for_page(state.generation_id).get(pk=artifact.pk)
    return structured_data(dossier_of(artifact, state=state, today=TODAY), SITE)


def data_of(artifact: Artifact) -> dict[str, Any]:
    return json.loads(text_of(artifact))


class Scripts(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)


@pytest.mark.parametrize("text", BREAK_OUTS)
def test_no_text_breaks_out(text: str) -> None:
    artifact = make_artifact(name=f"a{text}", tagline=text, publisher=make_publisher(name=text), licence="MIT")
    make_offering(artifact=artifact, capability=make_capability(name=text))
    Identifier.objects.create(artifact=artifact, scheme="npm", value=text, key=text)
    written = text_of(artifact)
    assert not set(written) & {"<", ">", "&", "\u2028", "\u2029"}
    assert Scripts(f"<script type='application/ld+json'>{written}</script><p>").tags == ["script", "p"]
    data = json.loads(written)
    assert data["name"] == f"a{text}"
    assert data["description"] == text
    assert data["publisher"]["name"] == text
    assert data["identifier"] == [f"npm:{text}"]
    assert data["@type"] == "SoftwareApplication"


def test_what_it_says() -> None:
    artifact = make_artifact(
        slug="tool",
        name="Tool",
        kind="mcp",
        tagline="Lends a tool",
        licence="MIT",
        homepage="https://tool.example",
        repository="https://github.com/acme/tool",
        publisher=make_publisher(name="Acme"),
    )
    make_offering(artifact=artifact, capability=make_capability(name="Web search"))
    make_fact(artifact=artifact, name="released", value="2026-05")
    assert data_of(artifact) == {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": "Tool",
        "description": "Lends a tool",
        "url": "https://unfragile.example/artifacts/tool/",
        "sameAs": ["https://tool.example", "https://github.com/acme/tool"],
        "keywords": ["Web search"],
        "applicationCategory": "MCP server",
        "publisher": {"@type": "Organization", "name": "Acme"},
        "license": "https://spdx.org/licenses/MIT.html",
        "datePublished": "2026-05",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert data_of(make_artifact(tagline="", kind="dataset")).keys() == {"@context", "@type", "name", "url"}


@pytest.mark.parametrize("licence", ["", "LicenseRef-Own", "MIT OR Apache-2.0"])
def test_only_a_single_spdx_licence_has_an_address(licence: str) -> None:
    assert "license" not in data_of(make_artifact(licence=licence))


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_has_a_type(kind: str) -> None:
    assert data_of(make_artifact(kind=kind))["@type"][0].isupper()


def test_a_name_of_ten_thousand_characters_is_cut() -> None:
    assert len(data_of(make_artifact(name="x" * 10_000))["name"]) == 300
