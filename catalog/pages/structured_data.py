"""An artifact as schema.org says it, for search engines: JSON-LD that no text can break out of."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from catalog.choices import Kind
from catalog.pages.dossier import Dossier
from catalog.weblinks import linkable

_TYPES = {
    Kind.DATASET: "Dataset",
    Kind.BENCHMARK: "Dataset",
    Kind.API: "WebAPI",
    Kind.PLATFORM: "WebApplication",
    Kind.WEBAPP: "WebApplication",
    Kind.REPO: "SoftwareSourceCode",
    Kind.PROMPT: "CreativeWork",
    Kind.SKILL: "CreativeWork",
    Kind.TEMPLATE: "CreativeWork",
    Kind.WORKFLOW: "CreativeWork",
}
#: As json_script does: the characters with which a text could end the script element or open a comment.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def structured_data(dossier: Dossier, site_url: str) -> SafeString:
    artifact = dossier.artifact
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(Kind(artifact.kind), "SoftwareApplication"),
        "name": artifact.name[:300],
        "description": artifact.tagline,
        "url": f"{site_url}{artifact.get_absolute_url()}",
        "identifier": [f"{part.scheme}:{part.value}" for part in dossier.identifiers],
        "sameAs": [url for url in (artifact.homepage, artifact.repository) if linkable(url)],
        "keywords": [offering.capability_name for offering in dossier.offerings],
    }
    if data["@type"] in ("SoftwareApplication", "WebApplication"):
        data["applicationCategory"] = dossier.kind_label
    if artifact.publisher:
        data["publisher"] = {"@type": "Organization", "name": artifact.publisher.name}
    if artifact.licence and not artifact.licence.startswith("LicenseRef-") and " " not in artifact.licence:
        data["license"] = f"https://spdx.org/licenses/{artifact.licence}.html"
    for fact in dossier.facts:
        if fact.name == "released" and fact.state != "disputed":
            data["datePublished"] = fact.value
    text = json.dumps({key: value for key, value in data.items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - escaped above
