"""Folders of repositories at an address: unpacked within bounds, and nowhere but where they belong."""

from __future__ import annotations

import datetime as dt
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from catalog.importers import addresses, archives, runs
from catalog.importers.errors import CannotImport
from catalog.importers.registry import FEEDS
from catalog.models import Artifact, ImportRun
from tests.loopback import OK, Loopback, saying

NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
ADDRESS = "https://registry.dev/marsh/registry/archive/main.tar.gz"
SERVER = (
    b"name: heron\nabout: {title: Heron, description: Searches.}\nsource: {project: https://github.com/marsh/heron}\n"
)


def packed(*files: tuple[str, bytes], odd: tuple[tarfile.TarInfo, ...] = ()) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for info in odd:
            tar.addfile(info)
    return out.getvalue()


def link(name: str, to: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.mark.django_db
def test_a_folder_of_a_repository_is_read_from_an_address(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the tools beside it; and is not sent again where it has not changed."""
    monkeypatch.setattr(addresses, "Door", lambda: loopback.door)
    body = packed(
        ("registry-main/servers/heron/server.yaml", SERVER),
        ("registry-main/servers/heron/tools.json", b'[{"name": "wade"}]'),
        ("registry-main/cmd/main.go", b"package main"),
    )
    loopback.serve("registry.dev", saying(f'{OK}\nETag: "7"', body))
    assert runs.start(FEEDS["docker-mcp"], ADDRESS, now=NOW).counts.new == 1
    assert "wade" in Artifact.objects.get().entries.get().text
    assert not list(loopback.folder.rglob("main.go"))
    loopback.serve("registry.dev", saying("HTTP/1.1 304 Not Modified"))
    assert runs.start(FEEDS["docker-mcp"], ADDRESS, now=NOW + dt.timedelta(days=1)).counts.unchanged == 1
    assert 'If-None-Match: "7"' in loopback.asked[-1]


def test_nothing_leaves_the_folder(tmp_path: Path) -> None:
    """Neither by its name, nor by a link; devices are none of ours."""
    archive, folder = tmp_path / "a.tar.gz", tmp_path / "in" / "unpacked"
    odd = (
        link("in.json", "/etc/passwd"),
        link("hard.json", "../../out.json", tarfile.LNKTYPE),
        link("d", "/tmp"),
        link("pipe.json", "", tarfile.FIFOTYPE),
    )
    archive.write_bytes(
        packed(("../out.json", b"1"), ("/out.json", b"2"), ("a/../../out.json", b"3"), ("b/c.json", b"4"), odd=odd)
    )
    archives.unpacked(archive, folder, place="x")
    assert [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.json")] == ["in/unpacked/b/c.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<!DOCTYPE html>", b"\x1f\x8b\x08\x00", packed(("a.json", b"1" * 9_000))[:60]],
    ids=["empty", "page", "head", "cut"],  # packed bytes hold the time, and the workers of a run name tests alike
)
def test_what_is_no_archive_is_an_error_and_leaves_the_last_one_as_it_was(tmp_path: Path, content: bytes) -> None:
    archive, folder = tmp_path / "a.tar.gz", tmp_path / "unpacked"
    archive.write_bytes(packed(("a.json", b"1")))
    archives.unpacked(archive, folder, place="x")
    archive.write_bytes(content)
    with pytest.raises(CannotImport, match="no archive"):
        archives.unpacked(archive, folder, place="x")
    assert (folder / "a.json").read_bytes() == b"1"


def test_a_bomb_ends_at_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000_000)
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(packed(*((f"{number}.json", b"0" * 300_000) for number in range(20))))
    assert archive.stat().st_size < 50_000
    with pytest.raises(CannotImport, match="unpacks to more"):
        archives.unpacked(archive, tmp_path / "unpacked", place="x")
    assert sum(file.stat().st_size for file in tmp_path.rglob("*.json")) <= 1_000_000


@pytest.mark.django_db
def test_a_web_page_in_its_place_fails_the_run_and_the_next_is_fine(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "Door", lambda: loopback.door)
    loopback.serve("registry.dev", saying(OK, b"<!DOCTYPE html><html>Sign in</html>"))
    with pytest.raises(CannotImport, match="no archive"):
        runs.start(FEEDS["docker-mcp"], ADDRESS, now=NOW)
    loopback.serve("registry.dev", saying(OK, packed(("servers/heron/server.yaml", SERVER))))
    assert runs.take_up(ImportRun.objects.get(), FEEDS["docker-mcp"], now=NOW).counts.new == 1
