"""Best-of lists: `projects.yaml`, and tables of what was counted on a day, `YYYY-MM-DD_projects.csv`.

`updated_github_id` tells of a rename: the old name leads to the new one, and there is no second listing. The latest
table speaks for a project; earlier ones give readings of their days. An empty cell is no reading.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from catalog.importers import values
from catalog.importers.feeds import Feed, Item, Refusal, Told, unless_known
from catalog.importers.reading import CannotParse, Opened, opened, refused
from catalog.importers.records import ArtifactRecord, ReadingRecord, SourceRecord

SOURCE = SourceRecord("best-of-lists", "Best-of lists", "registry", "https://github.com/best-of-lists/best-of")
COUNTS = {
    "stars": "star_count", "forks": "fork_count", "contributors": "contributor_count",
    "dependents": "dependent_project_count", "downloads_month": "monthly_downloads",
    "issues_closed": "closed_issue_count",
}  # fmt: skip
DAYS = {
    "last_commit": "last_commit_pushed_at",
    "last_release": "latest_stable_release_published_at",
    "created": "created_at",
}
Row = dict[str, Any]


def read(place: Opened) -> Iterator[Item]:
    listed: dict[str, Row] = {}
    history: dict[str, list[tuple[dt.date, Row]]] = {}
    renamed: dict[str, str] = {}
    files = place.files("*.csv", "projects.yaml")
    for file in sorted((f for f in files if f.suffix == ".csv"), key=lambda f: f.name):
        on = (
            opened(str(file), now=dt.datetime.combine(place.on, dt.time.max, dt.UTC)).on
            if place.is_folder
            else place.on
        )
        for number, row in place.csv_rows(file):
            if isinstance(row, CannotParse):
                yield Refusal(f"{file.name} {number}", str(row))
                continue
            if (item := _wrong(row, f"{file.name} {number}")) is not None:
                yield item
                continue
            if row.get("updated_github_id"):
                renamed[row["github_id"]] = row["updated_github_id"]
            history.setdefault(row["github_id"], []).append((on, row))
    for file in (f for f in files if f.suffix in (".yaml", ".yml")):
        for number, row in enumerate(_projects(place, file), start=1):
            if not isinstance(row, dict) or not _is_name(row.get("github_id")):
                name = values.line(row.get("name"), 200) if isinstance(row, dict) else ""
                yield Refusal(name or f"{file.name} {number}", "It has no repository on GitHub.")
            else:
                listed[row["github_id"]] = row
    yield from _items(listed, history, renamed, place)


def _wrong(row: Row, key: str) -> Refusal | None:
    if not _is_name(row.get("github_id")):
        return Refusal(values.line(row.get("name"), 200) or key, "It has no repository on GitHub.")
    if row.get("resource") == "True":
        return Refusal(key, f"“{values.line(row.get('name'), 100)}” is a list of the list's own, not a project.")
    return None


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[\w.-]{1,100}/[\w.-]{1,100}", value))


def _projects(place: Opened, file: Path) -> list[Any]:
    """Thousands of lines: the C loader, and none of its tricks, since these files hold neither anchors nor tags."""
    text = place.text(file)
    if re.search(r"^[^#\"'\n]*(?:: |- )[&*!]", text, re.MULTILINE):
        raise refused(str(file), "Anchors, aliases and tags are not allowed in it.")
    try:
        data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise refused(str(file), f"This is not YAML: {str(error).splitlines()[0]}.") from error
    projects = data.get("projects") if isinstance(data, dict) else None
    if not isinstance(projects, list):
        raise refused(str(file), "There is no list of projects in it.")
    return projects


def _items(
    listed: dict[str, Row], history: dict[str, list[tuple[dt.date, Row]]], renamed: dict[str, str], place: Opened
) -> Iterator[Item]:
    old_names: dict[str, list[str]] = {}
    for name in dict.fromkeys((*listed, *history)):
        newest = _newest(name, renamed)
        if newest.casefold() != name.casefold():
            old_names.setdefault(newest.casefold(), []).append(name)
    done: set[str] = set()
    for name in dict.fromkeys((*listed, *history)):
        newest = _newest(name, renamed)
        if newest.casefold() in done:
            continue
        done.add(newest.casefold())
        names = [newest, *(n for n in (*old_names.get(newest.casefold(), ()), name) if n != newest)]
        names += (
            [n for n in (*listed, *history) if n.casefold() == newest.casefold() and n not in names]
            if name != newest
            else []
        )
        row = next((listed[n] for n in names if n in listed), {})
        days = sorted((pair for n in dict.fromkeys(names) for pair in history.get(n, ())), key=lambda pair: pair[0])
        formerly = list(dict.fromkeys(names[1:]))
        yield unless_known(
            place,
            (place.path.name, newest, formerly, row, days),
            partial(told_of, newest, formerly, row, days, place),
        )


def _newest(name: str, renamed: dict[str, str]) -> str:
    seen = {name}
    while name in renamed and renamed[name] not in seen and _is_name(renamed[name]):
        name = renamed[name]
        seen.add(name)
    return name


def told_of(name: str, formerly: list[str], listed: Row, days: list[tuple[dt.date, Row]], place: Opened) -> Told:
    """`listed`: its place in the list, where it has one; `days`: what was counted, the earliest first."""
    last_on, last = days[-1] if days else (place.on, {})
    description = values.text(last.get("description") or listed.get("description"))
    own = name.partition("/")[2]
    mcp = "mcp" in place.path.parts[-1].lower() or re.search(r"\bmcp\b", own.lower()) is not None
    kind = "mcp" if mcp else "repo"
    changed = values.day(last.get("last_commit_pushed_at"), on=last_on)
    created = values.day(last.get("created_at"), on=last_on)
    address = f"https://github.com/{name}"
    homepage = values.address(last.get("homepage"))
    record = ArtifactRecord(
        slug=values.slug_of(own, name),
        name=values.line(listed.get("name") or last.get("name"), 200) or own,
        kind=kind,
        tagline=values.tagline(description),
        description=description,
        licence=values.licence(last.get("license") or listed.get("license")),
        homepage=homepage if homepage.rstrip("/") != address else "",
        repository=address,
        ids=values.ids(
            ("repository", address),
            *(("repository", f"https://github.com/{old}") for old in formerly if old.casefold() != name.casefold()),
            ("pypi", last.get("pypi_id") or listed.get("pypi_id")),
            ("npm", last.get("npm_id") or listed.get("npm_id")),
        ),
        aliases=tuple(dict.fromkeys(values.slug_of(old.partition("/")[2], old) for old in formerly)),
        facts=values.facts(
            kind,
            SOURCE.slug,
            {
                "released": created.isoformat() if created else None,
                "last_updated": changed.isoformat() if changed else None,
            },
        ),
        readings=tuple(_once_each(reading for on, row in days for reading in _readings(on, row))),
    )
    return Told(name, record, formerly=tuple(formerly))


def _once_each(readings: Iterable[ReadingRecord]) -> Iterable[ReadingRecord]:
    """A table may count a project under two names on one day: the newest name's counts stand."""
    found: dict[tuple[str, dt.date], ReadingRecord] = {}
    for reading in readings:
        found.setdefault((reading.signal, reading.observed_on), reading)
    return found.values()


def _readings(on: dt.date, row: Row) -> tuple[ReadingRecord, ...]:
    counts: dict[str, Any] = {signal: values.count(row.get(column)) for signal, column in COUNTS.items()}
    days = {signal: values.day(row.get(column), on=on) for signal, column in DAYS.items()}
    return values.readings(SOURCE.slug, on, counts | days)


FEED = Feed(
    "best-of",
    "A best-of list: its `projects.yaml` and its dated tables, as a folder or one of them.",
    SOURCE,
    read,
    has_lists=True,
    is_dated=False,
)
