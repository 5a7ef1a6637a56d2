"""What the demo's editors have written of comparisons, and what its readers compare.

A note is a file named by the comparison's key: its first line is the title, the rest the text. The views are made up,
as the demo's figures of this year are; nothing shows them but the order of suggestions and the editors' queue.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from catalog.models import Artifact
from ranking import noting
from ranking.comparison.key import slugs_in
from ranking.models import ComparisonNote, ComparisonTally
from ranking.models.comparison import members_of

#: Within a paragraph: a form's lines are as long as its field.
LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
#: A note that waits for a second look.
SUBMITTED = (
    "gpt-oss-120b-vs-qwen3-5-122b-a10b",
    "One reads, the other also looks",
    (
        "Of nearly one size and both under Apache-2.0. The first fits a single accelerator of 80 GB and is cheaper at "
        "most hosts; the second takes images and video, reads twice as much at once and wants several accelerators."
    ),
)
#: Key -> views of today.
VIEWS = {
    "deepseek-v3-2-vs-kimi-k2-thinking": 31,
    "exa-mcp-vs-tavily-mcp": 24,
    "claude-sonnet-4-5-vs-gpt-5": 19,
    "brave-search-mcp-vs-tavily-mcp": 11,
    "mixtral-8x22b-vs-stable-diffusion-tutorials": 7,
    "mixtral-8x7b-vs-the-stack-v2": 6,
    "ollama-vs-vllm": 5,
}


def write_notes(folder: Path, *, author: User, editor: User) -> None:
    """Each once: what editors have made of one since is theirs."""
    for file in sorted((folder / "notes").glob("*.md")):
        title, _, text = file.read_text(encoding="utf-8").partition("\n")
        text = LINE_END.sub(" ", text.strip())
        if note := _written(file.stem, title.removeprefix("# "), text, author=author, is_featured=True):
            noting.submit(note, by=author)
            noting.publish(note, by=editor)
    if waiting := _written(*SUBMITTED, author=author, is_featured=False):
        noting.submit(waiting, by=author)


def add_views() -> None:
    """Where nobody has looked at anything yet."""
    if ComparisonTally.objects.exists():
        return
    today = timezone.now().date()
    for key, views in VIEWS.items():
        if members := members_of(artifact.pk for artifact in _artifacts(key)):
            ComparisonTally.objects.create(members=members, day=today, views=views)


def _written(key: str, title: str, text: str, *, author: User, is_featured: bool) -> ComparisonNote | None:
    artifacts = _artifacts(key)
    members = members_of(artifact.pk for artifact in artifacts)
    if not artifacts or ComparisonNote.objects.filter(members=members).exists():
        return None
    return noting.write(artifacts, title=title, text=text, by=author, is_featured=is_featured)


def _artifacts(key: str) -> list[Artifact]:
    """None of them where one is not there any more."""
    slugs = slugs_in(key)
    found = list(Artifact.objects.public().filter(slug__in=slugs))
    return found if len(found) == len(slugs) else []
