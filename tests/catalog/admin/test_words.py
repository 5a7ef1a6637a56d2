"""Ids and words at the desk: each belongs to one, and a rename keeps the way."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Capability, Identifier, Synonym
from tests.factories import make_artifact, make_capability, make_identifier

pytestmark = pytest.mark.django_db


def save_artifact(client: Client, artifact: Any, *ids: tuple[str, str]) -> Any:
    form = {name: getattr(artifact, name) for name in ("slug", "name", "kind", "tagline", "description")}
    for prefix in ("identifier_rows", "aliases", "facts", "offerings", "prices", "benchmark_results", "lineage"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    form["identifier_rows-TOTAL_FORMS"] = len(ids)
    for number, (scheme, value) in enumerate(ids):
        form |= {f"identifier_rows-{number}-scheme": scheme, f"identifier_rows-{number}-value": value}
    return client.post(f"/admin/catalog/artifact/{artifact.pk}/change/", form)


def save_capability(client: Client, row: Capability, *synonyms: str, **changes: Any) -> Any:
    form = {"key": row.key, "slug": row.slug, "name": row.name, "description": "", "broader": row.broader_id or ""}
    form |= changes
    form |= {"synonyms-TOTAL_FORMS": len(synonyms), "synonyms-INITIAL_FORMS": 0}
    form |= {f"synonyms-{number}-text": text for number, text in enumerate(synonyms)}
    return client.post(f"/admin/catalog/capability/{row.pk}/change/", form)


def test_an_id_is_kept_in_the_form_that_is_compared(admin_client: Client) -> None:
    artifact = make_artifact()
    ids = (("huggingface", "OpenAI/Whisper"), ("repository", "https://github.com/openai/whisper.git"))
    assert save_artifact(admin_client, artifact, *ids).status_code == 302
    keys = set(Identifier.objects.values_list("key", flat=True))
    assert keys == {"openai/whisper", "github.com/openai/whisper"}


@pytest.mark.parametrize(
    ("scheme", "value", "words"),
    [
        ("huggingface", "openai/WHISPER", "has this id already"),
        ("carrier-pigeon", "coo", "There is no id scheme"),
        ("repository", "nowhere", "is no address of a repository"),
    ],
)
def test_an_id_that_cannot_be_is_refused_in_words(admin_client: Client, scheme: str, value: str, words: str) -> None:
    make_identifier(value="OpenAI/whisper")
    answer = save_artifact(admin_client, make_artifact(), (scheme, value))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Identifier.objects.count() == 1


def test_a_word_belongs_to_one_capability(admin_client: Client) -> None:
    made, other = make_capability(name="Summary"), make_capability(name="Translation")
    assert save_capability(admin_client, made, "Condensing").status_code == 302
    for word in ("condensing", "summary"):
        answer = save_capability(admin_client, other, word)
        assert answer.status_code == 200
        assert "is a word for “Summary” already." in answer.content.decode()
    assert Synonym.objects.count() == 1


def test_a_renamed_capability_keeps_its_old_address(admin_client: Client, client: Client) -> None:
    made = make_capability(key="text.summary", slug="summary", name="Summary")
    assert save_capability(admin_client, made, slug="condensing", name="Condensing").status_code == 302
    assert admin_client.get("/capabilities/summary/")["Location"] == "/capabilities/condensing/"
    other = make_capability()
    answer = save_capability(admin_client, other, slug="summary")
    assert answer.status_code == 200
    assert "redirects to “Condensing”" in answer.content.decode()


def test_nothing_becomes_broader_than_itself(admin_client: Client) -> None:
    broad = make_capability()
    narrow = make_capability(broader=broad)
    answer = save_capability(admin_client, broad, broader=narrow.pk)
    assert answer.status_code == 200
    assert "it would be above itself" in answer.content.decode()
