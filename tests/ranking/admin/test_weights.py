"""A draft's weights typed as numbers: its text changes where they stand, and nowhere else."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from ranking import drafts
from ranking.models import Configuration
from tests.ranking.admin.test_desk import person, text
from tests.ranking.conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_draft_is_weighed_by_numbers_and_says_which_limit_is_broken(client: Client) -> None:
    """Without touching its text: what else stands there, remarks among it, stays."""
    client.force_login(person("Senior editor"))
    draft = drafts.new_draft(now=NOW)
    address = f"/admin/ranking/configuration/{draft.pk}/"

    def fields() -> dict[str, str]:
        body = client.get(address).content.decode()
        found = dict(re.findall(r'name="(weight-[^"]+)" value="([^"]+)"', body))
        return {**found, "was": drafts.digest_of(Configuration.objects.get(pk=draft.pk).text), "weights": "1"}

    given = fields()
    assert given["weight-0-new_stars"] == "0.2"
    assert given["weight-1-downloads"] == "0.2"
    client.post(address, {**given, "weight-1-downloads": "0.1234"})
    saved = Configuration.objects.get(pk=draft.pk).text
    changed = [(a, b) for a, b in zip(draft.text.split("\n"), saved.split("\n"), strict=True) if a != b]
    assert [(a.strip(), b.strip()) for a, b in changed] == [("downloads: 0.20", "downloads: 0.1234")]
    client.post(address, {**fields(), "weight-0-downloads": "0.3"})
    assert "“downloads” weighs 0.3; the most is 0.2." in text(client.get(address))
    assert "the most is 0.2" in text(client.get(f"{address}try/", follow=True))
    assert "is no number from 0 to 1" in text(client.post(address, {**fields(), "weight-0-stars": "much"}))
    assert Configuration.objects.get(pk=draft.pk).text.count("0.3\n") == 1
