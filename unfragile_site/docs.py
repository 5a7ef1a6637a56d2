"""/docs/api/: the API explained to people, read out of its own OpenAPI description so that the two never differ.

`openapi` is that description, made once per process. The rest turns it into what the template prints; no endpoint,
parameter or field is named here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from drf_spectacular.generators import SchemaGenerator

from catalog.views.caching import tagged_page
from unfragile_site.errors import PROBLEMS

#: Components that only wrap others; a reader is shown what is inside.
_WRAPPERS = ("Paginated",)


@dataclass(frozen=True)
class Type:
    """How a value is called: `list of`, and the name of a shape that the page explains."""

    text: str
    shape: str = ""
    is_list: bool = False
    is_nullable: bool = False


@dataclass(frozen=True)
class Field:
    name: str
    type: Type
    description: str
    values: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Example:
    title: str
    text: str


@dataclass(frozen=True)
class Endpoint:
    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    answer: Type
    example: Example | None
    statuses: tuple[int, ...]


@dataclass(frozen=True)
class Group:
    name: str
    description: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True)
class Shape:
    """An object with fields, or a closed list of values."""

    name: str
    description: str
    fields: tuple[Field, ...]
    values: tuple[str, ...] = ()


@cache
def openapi() -> dict[str, Any]:
    description: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return description


@tagged_page
@cache_control(public=True, max_age=0, must_revalidate=True)
def api_docs(request: HttpRequest) -> HttpResponse:
    described = openapi()
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    context = {
        "nav": "api",
        "root": request.build_absolute_uri("/").rstrip("/"),
        "version": described["info"]["version"],
        "groups": groups_of(described),
        "shapes": shapes_of(described),
        "problems": PROBLEMS.values(),
        "rates": {scope: rate.partition("/")[0] for scope, rate in rates.items()},
        "page_size": settings.UNFRAGILE["API_PAGE_SIZE"],
        "most": settings.UNFRAGILE["API_MAX_PAGE_SIZE"],
    }
    return render(request, "docs/api.html", context)


def groups_of(described: dict[str, Any]) -> list[Group]:
    """Endpoints under their tags, in the order of the tags."""
    by_tag: dict[str, list[Endpoint]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for tag in operation.get("tags", ["other"]):
                by_tag.setdefault(tag, []).append(_endpoint(described, path, method, operation))
    about = {tag["name"]: tag.get("description", "") for tag in described.get("tags", [])}
    order = [*about, *(tag for tag in by_tag if tag not in about)]
    return [Group(tag.capitalize(), about.get(tag, ""), tuple(by_tag[tag])) for tag in order if tag in by_tag]


def shapes_of(described: dict[str, Any]) -> list[Shape]:
    return [
        Shape(name, schema.get("description", ""), tuple(_fields(described, schema)), tuple(_values(schema)))
        for name, schema in described["components"]["schemas"].items()
        if (schema.get("properties") or schema.get("enum")) and not name.startswith(_WRAPPERS)
    ]


def _endpoint(described: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Endpoint:
    good = min(status for status in operation["responses"] if status.startswith("2"))
    answer = operation["responses"][good]["content"]["application/json"]
    examples = answer.get("examples", {})
    # The name of an example is for programs: what it is called in words is its summary.
    example = next(
        (Example(entry.get("summary") or name, _pretty(entry["value"])) for name, entry in examples.items()), None
    )
    return Endpoint(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=tuple(_parameter(entry) for entry in operation.get("parameters", [])),
        answer=_type(described, answer["schema"]),
        example=example,
        statuses=tuple(sorted(int(code) for code in operation["responses"])),
    )


def _parameter(entry: dict[str, Any]) -> Field:
    schema = entry["schema"]
    item = schema.get("items", schema)
    repeats = "repeat it" if entry.get("explode") else "separate by commas"
    notes = [f"several: {repeats}"] if schema["type"] == "array" else []
    if "default" in schema:
        notes = [f"{schema['default']} unless given"]
    if "maximum" in schema:
        notes.append(f"at most {schema['maximum']}")
    if entry["in"] == "path":
        notes = ["in the path"]
    shown = {"date-time": "time"}.get(item.get("format", ""), item["type"])
    return Field(
        entry["name"],
        Type(shown),
        entry.get("description", ""),
        tuple(map(str, item.get("enum", ()))),
        ", ".join(notes),
    )


def _fields(described: dict[str, Any], schema: dict[str, Any]) -> Iterator[Field]:
    for name, declared in schema.get("properties", {}).items():
        yield Field(name, _type(described, declared), declared.get("description", ""))


def _resolved(described: dict[str, Any], schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The component a schema stands for, by name; an empty name where it stands for itself."""
    wrapped = schema.get("allOf") or [schema]
    reference = wrapped[0].get("$ref", "") if len(wrapped) == 1 else ""
    name = reference.rpartition("/")[2]
    return (name, described["components"]["schemas"][name]) if name else ("", schema)


def _type(described: dict[str, Any], schema: dict[str, Any]) -> Type:
    name, meant = _resolved(described, schema)
    is_nullable = bool(schema.get("nullable"))
    if "anyOf" in meant:  # a row or its tombstone: the first is the rule
        return _type(described, meant["anyOf"][0])
    if name.startswith(_WRAPPERS):
        inner = _type(described, meant["properties"]["results"]["items"])
        return Type(inner.text, inner.shape, is_list=True)
    if meant.get("type") == "array":
        inner = _type(described, meant["items"])
        return Type(inner.text, inner.shape, is_list=True, is_nullable=is_nullable)
    if meant.get("properties") or (name and meant.get("enum")):
        return Type(name or "object", name, is_nullable=is_nullable)
    known = {"date-time": "time", "date": "day", "uri": "address"}
    return Type(known.get(meant.get("format", ""), meant.get("type", "any")), is_nullable=is_nullable)


def _values(schema: dict[str, Any]) -> Iterator[str]:
    for value in schema.get("enum", ()):
        yield json.dumps(value) if isinstance(value, bool) else str(value)


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
