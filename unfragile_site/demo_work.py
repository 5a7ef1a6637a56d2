"""A day's work for the editors of the demo: something real to do in every queue at the first log-in.

All of it goes through the functions that editors, readers and imports use, so that its history is like any other.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from catalog.changes import change
from catalog.choices import Kind
from catalog.desk import making, offered, workflow
from catalog.desk.duplicates import find_pairs
from catalog.desk.reports import report
from catalog.importers.manifest import read_folder
from catalog.importers.upsert import upsert
from catalog.models import Artifact, Evidence, Offering, Publisher, ReviewStep
from catalog.vocabulary import capability_called

#: The editor's colleague. Nobody can log in as her.
COLLEAGUE = "ada"
NPM = "https://www.npmjs.com/package/@brave/brave-search-mcp-server"


def lay_out(editor: User, folder: Path) -> None:
    """Once: where anybody has taken a step already, the desk is theirs."""
    if ReviewStep.objects.exists():
        return
    colleague, _ = User.objects.get_or_create(username=COLLEAGUE, defaults={"is_staff": True})
    colleague.set_unusable_password()
    colleague.save()
    colleague.groups.set(Group.objects.filter(name="Editor"))

    litellm = _draft(
        colleague, "litellm", "LiteLLM", Kind.FRAMEWORK, "One OpenAI-shaped call for many providers' models",
        "A Python library, and a proxy server built on it, that take a request in OpenAI's format and hand it to "
        "whichever provider's model is named.",
        "https://github.com/BerriAI/litellm", "serve.openai-compatible-api", "Calls many providers in one format",
        "It turns calls in OpenAI's format into those of the provider that is asked.",
    )  # fmt: skip
    workflow.submit(litellm, by=colleague, note="The price file it keeps is a source of ours; time it had a listing.")

    llamafile = _draft(
        editor, "llamafile", "llamafile", Kind.CLI, "A model and what runs it, in one file",
        "Puts a language model's weights and llama.cpp into a single executable that starts on several operating "
        "systems without being installed.",
        "https://github.com/Mozilla-Ocho/llamafile", "serve.local-inference", "Runs a model from one file",
        "Weights and engine are one executable; starting it starts the model.",
    )  # fmt: skip
    workflow.submit(llamafile, by=editor)
    llamafile._history_user = colleague  # type: ignore[attr-defined]
    workflow.send_back(
        llamafile, by=colleague, note="Which licence holds for the file as a whole? Name a source for it, please."
    )

    _draft(
        editor, "piper", "Piper", Kind.CLI, "Speech out of text, on the machine itself",
        "A neural text-to-speech engine made to be fast on small computers.",
        "https://github.com/OHF-Voice/piper1-gpl",
    )  # fmt: skip
    # Entered by hand before anybody had looked whether it is there.
    _draft(
        colleague, "brave-search-mcp-server", "Brave Search MCP server", Kind.MCP, "Web search through Brave's index",
        "The server that Brave publishes for its Search API.", "", homepage=NPM, publisher="brave",
    )  # fmt: skip
    find_pairs()
    _reports()
    _proposal(editor, folder)
    # What its listing says, and none of its offerings does.
    offered.take_listings_apart(Artifact.objects.filter(slug="cline"))


def _draft(
    by: User, slug: str, name: str, kind: Kind, tagline: str, description: str, repository: str,
    key: str = "", title: str = "", told: str = "", homepage: str = "", publisher: str = "",
) -> Artifact:  # fmt: skip
    with change():
        artifact = Artifact(slug=slug, name=name, kind=kind, tagline=tagline, description=description)
        artifact.repository, artifact.homepage = repository, homepage
        artifact.publisher = Publisher.objects.filter(slug=publisher).first()
        _save(artifact, by)
        capability = capability_called(key) if key else None
        if capability is not None:
            source = making.source(f"{repository}/blob/main/README.md")
            source.save()
            offering = Offering(artifact=artifact, capability=capability, title=title, description=told)
            _save(offering, by)
            Evidence.objects.create(offering=offering, source=source)
    return artifact


def _save(row: Any, by: User) -> None:
    row._history_user = by
    row.save()


def _reports() -> None:
    mixtral = Artifact.objects.get(slug="mixtral-8x22b")
    report(
        address=mixtral.get_absolute_url(),
        section="facts",
        artifact=mixtral,
        text="You give 141B parameters and list sources that say 176B. Eight times 22 is 176, but the experts share "
        "layers; could you say so where the number stands?",
    )
    brave = Artifact.objects.get(slug="brave-search-mcp")
    report(
        address=brave.get_absolute_url(),
        section="prices",
        artifact=brave,
        text="The server itself is free, the API behind it is not. Please say what the plans cost.",
    )


def _proposal(editor: User, folder: Path) -> None:
    """The editor has put a tagline in other words; the next import brings one that is new."""
    with change(why="Shorter."):
        aider = Artifact.objects.get(slug="aider")
        aider.tagline = "Edits the code of a repository from a conversation in the terminal"
        _save(aider, editor)
    records = read_folder(folder)
    newer = tuple(
        replace(record, tagline="Pair programming in the terminal, with every edit kept as a git commit")
        if record.slug == "aider"
        else record
        for record in records.artifacts
    )
    upsert(replace(records, artifacts=newer), importer="manifest", origin=str(folder), now=timezone.now())
