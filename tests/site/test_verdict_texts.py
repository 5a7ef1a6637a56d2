"""The verdicts of some thirty comparisons of the demo catalog, as docs/explanation/verdicts.md prints them for reading.

When a text changes on purpose, run this file with WRITE_VERDICTS=1, read what changed as a reader would, and commit it.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from catalog.importers.run import import_from
from catalog.state import live_state
from ranking import generations
from ranking.comparing import artifacts_for, comparison_of
from ranking.comparison import Table
from ranking.forms import preferences_in
from unfragile_site.management.commands.demo import FOLDER

FILE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "verdicts.md"
#: Ranks and confidence go by the day: this one is kept.
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
MONTH = "input_tokens=50000000&output_tokens=10000000"
#: Slugs, and what a reader asks, as it stands in the address.
COMPARED = (
    # The four of the founding documents: a winner by rank across kinds was what their pages got wrong.
    ("mixtral-8x22b-instruct the-stack-v2", ""),
    ("mixtral-8x7b the-stack-v2", ""),
    ("mistral-small-3-1-24b the-stack-v2", ""),
    ("mixtral-8x22b stable-diffusion-tutorials", ""),
    # Two of one kind.
    ("playwright-mcp puppeteer-mcp", ""),
    ("puppeteer-mcp slack-mcp", ""),
    ("github-mcp-server grafana-mcp", ""),
    ("brave-search-mcp duckduckgo-mcp", ""),
    ("mistral-large-3-2512 mistral-small-3-1-24b", MONTH),
    ("claude-sonnet-4-5 gpt-5", MONTH),
    ("llama-3-3-70b-instruct qwen3-coder-480b-a35b-instruct", MONTH),
    ("gemma-4-26b-a4b mixtral-8x7b", ""),
    ("whisper-large-v3 xtts-v2", ""),
    ("llama-3-3-70b-instruct mixtral-8x22b-instruct", ""),
    ("cline continue", ""),
    ("aider llama-cpp", ""),
    ("context7-mcp github-mcp-server", ""),
    ("fever ms-marco", ""),
    ("comfyui ollama", ""),
    ("ai2-arc xtreme", ""),
    ("aider-polyglot lmarena-text", ""),
    # Two of different kinds, one of them derived from the other.
    ("mixtral-8x22b mixtral-8x22b-instruct", ""),
    ("all-minilm-l6-v2 bge-m3", ""),
    ("hugging-face-hub openrouter", ""),
    # Three and four.
    ("langchain transformers vllm", ""),
    ("flux-1-dev qwen-image stable-diffusion-xl-base-1-0", ""),
    ("fever ms-marco wikiann", ""),
    ("aider cline openhands", ""),
    ("comfyui ollama open-webui", ""),
    ("brave-search-mcp exa-mcp kagi-search-mcp tavily-mcp", ""),
    ("claude-sonnet-4-5 deepseek-v3-2 gemini-2-5-pro gpt-5", MONTH),
    ("deepseek-r1 deepseek-v3-2 gpt-oss-120b kimi-k2-thinking", ""),
    # By the reader's own weights and needs.
    ("cline continue", "w_freshness=20&w_adoption=3"),
    ("deepseek-r1 deepseek-v3-2 gpt-oss-120b", "w_adoption=50&w_price=50&capability=tool-calling"),
    ("mistral-large-3-2512 mistral-small-3-1-24b", f"w_quality=30&w_price=70&{MONTH}"),
    ("mixtral-8x22b the-stack-v2", "w_adoption=50&w_price=50&licence=permissive"),
)
OPENING = f"""# Verdicts, to be read

What the rules of [a comparison](comparison.md) say of the demo catalog on {NOW.day} {NOW:%B %Y}: the sentence above the
table, then the findings, each with its rule; those in brackets are folded on the page. A test writes this file and
compares it (`tests/site/test_verdict_texts.py`); a change of wording shows here, where a person reads it before it is
published.
"""


def told(table: Table, asked: str) -> str:
    parts = [f"## {' · '.join(it.name for it in table.subjects)}"]
    if asked:
        parts.append(f"Asked: `{asked}`")
    parts.append(f"**{table.verdict.sentence}**")
    if table.weighed:
        parts.append(f"*{table.weighed.sentence}*")
    parts.append(
        "\n".join(f"- {it.rule}: {f'({it.text})' if it.is_folded else it.text}" for it in table.verdict.findings)
    )
    return "\n\n".join(parts)


@pytest.mark.django_db
def test_verdicts_read_as_they_are_printed(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """One load of the demo for all of them."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    import_from("manifest", str(FOLDER), now=NOW, why="The demo catalog.")
    generations.build(now=NOW, clock=lambda: NOW)
    state = live_state()
    texts = []
    for slugs, asked in COMPARED:
        meant = artifacts_for(slugs.split(), state)
        assert not meant.unknown
        wanted, errors = preferences_in(QueryDict(asked))
        assert not errors
        texts.append(told(comparison_of(meant.artifacts, state, preferences=wanted, today=NOW.date()), asked))
    printed = "\n\n".join([OPENING.strip(), *texts]) + "\n"
    if os.environ.get("WRITE_VERDICTS"):
        FILE.write_text(printed, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == printed
