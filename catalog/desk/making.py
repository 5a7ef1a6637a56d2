"""Makes what an editor typed into a field and the list did not have: a publisher, a source, a capability.

Nothing is saved here; what is there already under that name or address is handed back instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models

from catalog.choices import SourceKind
from catalog.models import Capability, Publisher, Source
from catalog.models.capability import validate_key
from catalog.slugs import slug_from
from catalog.vocabulary import capability_called

#: What a source's place says of its kind; an editor can say otherwise on its own page.
_KINDS = {
    "arxiv.org": SourceKind.PAPER,
    "aclanthology.org": SourceKind.PAPER,
    "openreview.net": SourceKind.PAPER,
    "huggingface.co": SourceKind.REGISTRY,
    "pypi.org": SourceKind.REGISTRY,
    "npmjs.com": SourceKind.REGISTRY,
    "registry.modelcontextprotocol.io": SourceKind.REGISTRY,
}
_CODE = {".py", ".ts", ".js", ".go", ".rs", ".json", ".toml", ".java"}


class CannotMake(ValueError):
    pass


def publisher(text: str) -> Publisher:
    found = Publisher.objects.filter(name__iexact=text).order_by("id").first()
    return found or Publisher(name=text, slug=free_slug(Publisher, text))


def source(text: str) -> Source:
    """From its address: what it is called and of what kind it is follow from there."""
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        raise CannotMake("A new source is made from its address, such as https://example.org/readme.") from None
    parts = urlsplit(text)
    host = (parts.hostname or "").removeprefix("www.")
    title = f"{host}{parts.path.rstrip('/')}"[:300]
    kind = _KINDS.get(host, SourceKind.DOCUMENTATION)
    if host in ("github.com", "gitlab.com") and any(parts.path.endswith(ending) for ending in _CODE):
        kind = SourceKind.CODE
    found = Source.objects.filter(url=text).first()
    return found or Source(url=text, title=title, kind=kind, slug=free_slug(Source, title))


def capability(text: str) -> Capability:
    """From its key; the name is what follows the group, in words."""
    if (found := capability_called(text)) is not None:
        return found
    key = text.casefold().replace(" ", "-")
    try:
        validate_key(key)
    except ValidationError:
        raise CannotMake("A new capability is written group.name, such as text.summarization.") from None
    name = key.partition(".")[2].replace("-", " ").capitalize()
    if capability_called(name) is not None:
        raise CannotMake(f"“{name}” is in the vocabulary already, under another group.")
    return Capability(key=key, name=name, slug=free_slug(Capability, key.replace(".", "-")))


MAKERS: dict[type[models.Model], Callable[[str], Any]] = {
    Publisher: publisher,
    Source: source,
    Capability: capability,
}


def make(model: type[models.Model], text: str) -> models.Model:
    """What is called that, saved or not. Raises CannotMake with a sentence."""
    text = text.strip()
    if "\x00" in text:
        raise CannotMake("This holds a null character, which cannot be stored.")
    if not text:
        raise CannotMake("It needs a name.")
    row: models.Model = MAKERS[model](text)
    if row.pk is None:
        try:
            row.full_clean()
        except ValidationError as error:
            raise CannotMake(" ".join(error.messages)) from error
    return row


def free_slug(model: type[Any], text: str) -> str:
    """A slug out of the text that nothing else has."""
    longest = model._meta.get_field("slug").max_length
    stem = slug_from(text, longest=longest - 5) or "new"
    taken = set(model.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)
