"""Every feed, held to the contract."""

from __future__ import annotations

import pytest

from catalog.importers.registry import FEEDS
from tests.contracts.feeds import FeedContract

pytestmark = pytest.mark.django_db


class TestModelsDev(FeedContract):
    name, ending, brings = "models-dev", "json", 2


class TestLitellm(FeedContract):
    name, ending, brings = "litellm", "json", 2


class TestOpenrouter(FeedContract):
    name, ending, brings = "openrouter", "json", 2


class TestMcpRegistry(FeedContract):
    name, ending, brings = "mcp-registry", "json", 3


class TestDockerMcp(FeedContract):
    name, brings = "docker-mcp", 2


class TestHuggingface(FeedContract):
    name, ending, brings = "huggingface", "json", 2


class TestHfCards(FeedContract):
    name, brings = "hf-cards", 2


class TestGithub(FeedContract):
    name, ending, brings = "github", "json", 2


class TestBestOf(FeedContract):
    name, brings = "best-of", 3


class TestAider(FeedContract):
    name, ending, brings = "aider", "yaml", 2


class TestLmarena(FeedContract):
    name, ending, brings = "lmarena", "csv", 2


class TestManifest(FeedContract):
    name, brings = "manifest", 2


def test_every_feed_is_held_to_it() -> None:
    """A new feed without a class here fails."""
    assert {cls.name for cls in FeedContract.__subclasses__()} == set(FEEDS)
