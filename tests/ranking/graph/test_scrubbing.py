from __future__ import annotations

import pytest

from ranking.graph.scrubbing import LONGEST, scrubbed

KEPT = [
    "transcribe a two-hour podcast with speaker names",
    "Qwen3.5-122B-A10B quantised to 4 bits",
    "llama 3.1 8b instruct 128k context",
    "compare gpt-4o-2024-08-06 and claude-3-5-sonnet-20241022",
    "token counting for cl100k_base",
    "password manager with an MCP server",
    "extract tables from https://example.org/report.pdf",
    "resize 1920x1080 pictures",
    "api key rotation tool",
    "what happened between 1999 and 2024",
    "モデルを比較する",
    "sk learn pipeline",
    "keyword extraction multilingual-mpnet-base",
    "a bearer of bad news",
]
GONE = [
    ("mail jane.doe+x@example.co.uk the summary", "jane"),
    ("write to mañana@ejemplo.es", "ejemplo"),
    ("call +49 170 1234567 and record", "1234567"),
    ("ring (030) 1234-5678 now", "1234"),
    ("use sk-proj-abcDEF1234567890abcDEF to call", "abcDEF"),
    ("my token ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7"),
    ("AKIAIOSFODNN7EXAMPLEXX is leaked", "AKIA"),
    ("password: hunter2 does not work", "hunter2"),
    ("api_key=abc123 fails", "abc123"),
    ("clone https://bob:s3cret@git.example.org/x.git", "s3cret"),
    ("open https://example.org/a?session=abcdef#x", "session"),
    ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "9f86d0"),
    ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.Et9HFtf9R3GEMA0IICOfFMVXY7kkTX1wr4qCyhIf58U", "eyJ"),
    ("find 550e8400-e29b-41d4-a716-446655440000 in the logs", "550e"),
    ("\uff4a\uff41\uff4e\uff45@example.com is full width", "example"),
]


@pytest.mark.parametrize("text", KEPT)
def test_what_is_nobodys_secret_stays(text):
    assert scrubbed(text) == " ".join(text.split())


@pytest.mark.parametrize(("text", "secret"), GONE)
def test_secrets_and_addresses_go(text, secret):
    assert secret not in scrubbed(text)
    assert scrubbed(text) == scrubbed(scrubbed(text))


def test_it_is_cut_and_white_space_is_one():
    assert scrubbed("a\n\t b") == "a b"
    assert len(scrubbed("word " * 1_000)) <= LONGEST


def test_hostile_text_takes_no_time():
    """Nothing in it makes the patterns try for ever."""
    for text in ("a@" * 20_000, "1 " * 20_000, "+" * 40_000, "(1)" * 20_000, "a" * 100_000, "-." * 30_000):
        scrubbed(text[:20_000])
