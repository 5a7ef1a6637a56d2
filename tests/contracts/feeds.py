"""What every feed must do with what it is given: a good payload, a broken one, none, and a hostile one."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.digest import catalog_digest
from catalog.importers import passing, runs
from catalog.importers.errors import CannotImport
from catalog.importers.feeds import Same, Told
from catalog.importers.reading import opened
from catalog.importers.registry import FEEDS
from catalog.importers.undoing import undo
from catalog.models import Artifact, Entry, Fact, ImportRun, Price, Reading

SAMPLES = Path(__file__).parent.parent / "data" / "feeds"
NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
#: Stands in the samples for ten thousand characters.
LONG = "Heron " * 1_667


class FeedContract:
    """A test class for a feed names it, its samples' ending (none for folders), and how many the good one brings."""

    name: str
    ending: str = ""
    brings: int

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        return self._copy("good", tmp_path)

    @pytest.fixture
    def hostile(self, tmp_path: Path) -> Path:
        place = self._copy("hostile", tmp_path)
        for file in self._files(place):
            file.write_text(file.read_text().replace("LONG", LONG))
        return place

    def _copy(self, which: str, to: Path) -> Path:
        place = SAMPLES / (f"{self.name}.{which}.{self.ending}" if self.ending else f"{self.name}/{which}")
        copy = to / f"{self.name}.{which}.2026-06-01{place.suffix}"
        return Path(shutil.copytree(place, copy) if place.is_dir() else shutil.copy(place, copy))

    def _files(self, place: Path) -> list[Path]:
        return sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]

    def start(self, place: Path, **options: object) -> runs.Result:
        return runs.start(FEEDS[self.name], str(place), now=options.pop("now", NOW), **options)  # type: ignore[arg-type]

    def test_what_is_good_is_brought_in_for_review(self, good: Path) -> None:
        """Each entry becomes one artifact, out of sight until it is published; all it says names its source."""
        result = self.start(good)
        assert (result.state, result.counts.new) == ("done", self.brings)
        assert Artifact.objects.count() == self.brings
        assert set(Artifact.objects.values_list("lifecycle", flat=True)) == {"in_review"}
        for model in (Fact, Price, Reading):
            assert set(model._default_manager.values_list("source__url", flat=True)) <= {FEEDS[self.name].source.url}
        assert Entry.objects.filter(importer__startswith=self.name).count() == self.brings

    def test_counts_add_up(self, good: Path) -> None:
        """Everything read is new, changed, unchanged, refused or held."""
        counts = self.start(good).counts
        assert counts.read == counts.new + counts.changed + counts.unchanged + counts.refused + counts.held

    def test_twice_changes_nothing(self, good: Path) -> None:
        """The second run passes over all of it, on the same day and on the next."""
        self.start(good)
        digest = catalog_digest()
        for now in (NOW, LATER):
            result = self.start(good, now=now)
            assert (result.counts.new, result.counts.changed, result.counts.unchanged) == (0, 0, self.brings)
            assert catalog_digest() == digest

    def test_what_reads_the_same_is_not_made_again(self, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each entry is known by what was read of it, until the code that reads it changes."""
        self.start(good)
        assert self._same(good) == self.brings
        monkeypatch.setattr(passing, "code", lambda: "another")
        assert self._same(good) == 0
        assert self.start(good).counts.unchanged == self.brings
        assert self._same(good) == self.brings

    def _same(self, place: Path) -> int:
        there = opened(str(place), now=NOW)
        feed = FEEDS[self.name].at(there)
        there.known = passing.known(feed, there)
        return sum(isinstance(item, Same) for item in feed.read(there))

    def test_a_dry_run_says_the_same_and_writes_nothing(self, good: Path) -> None:
        """Its counts are those of the run that follows."""
        empty = catalog_digest()
        said = self.start(good, is_dry_run=True)
        assert (catalog_digest(), ImportRun.objects.count(), Entry.objects.count()) == (empty, 0, 0)
        assert len([line for line in said.shown if line.startswith("new")]) == self.brings
        assert self.start(good).counts == said.counts

    def test_undone_nothing_is_left_of_it(self, good: Path) -> None:
        """An empty catalog is empty again, and the same source can be read anew."""
        empty = catalog_digest()
        self.start(good)
        full = catalog_digest()
        undo(ImportRun.objects.latest("id"), now=NOW)
        assert catalog_digest() == empty
        assert self.start(good, is_confirmed=True).counts.new == self.brings
        assert catalog_digest() == full

    def test_reading_it_is_pure(self, good: Path) -> None:
        """The same file gives the same items."""
        feed = FEEDS[self.name]
        first, second = (list(feed.read(opened(str(good), now=NOW))) for _ in range(2))
        assert first == second

    def test_what_is_cut_off_brings_an_error_and_spoils_nothing(self, good: Path) -> None:
        """Half a file is refused, in whole or in part, or brings less than the whole one, which is fine later."""
        whole = {file: file.read_bytes() for file in self._files(good)}
        for file, content in whole.items():
            file.write_bytes(content[: len(content) * 3 // 5])
        self._need_trouble(good, or_less=True)
        for file, content in whole.items():
            file.write_bytes(content)
        result = self.start(good, is_confirmed=True)
        assert result.state == "done"
        assert Entry.objects.filter(importer__startswith=self.name).exclude(digest="gone").count() == self.brings

    @pytest.mark.parametrize("content", [b"", b"   \n", b"[]", b"{}", b"null", b"7"])
    def test_what_is_empty_is_an_error(self, good: Path, content: bytes) -> None:
        """Nothing at all is never taken for a source that has nothing more to say."""
        for file in self._files(good):
            file.write_bytes(content)
        self._need_trouble(good)
        assert not Artifact.objects.exists()

    @pytest.mark.parametrize(
        "content", [b"<!DOCTYPE html><html><body>Sign in</body></html>", b"\xff\xfe\x00caf\xe9", b"[[[[" * 5_000]
    )
    def test_what_is_something_else_is_an_error(self, good: Path, content: bytes) -> None:
        """A web page, another encoding, a nest of brackets."""
        for file in self._files(good):
            file.write_bytes(content)
        self._need_trouble(good)
        assert not Artifact.objects.exists()

    def test_what_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(CannotImport, match="no such file"):
            self.start(tmp_path / "nowhere")

    def test_what_is_far_too_long_is_an_error_and_is_not_held_in_memory(self, good: Path) -> None:
        """It takes up no room on this disk; what reads it has no more of it at once than a document may be long."""
        for file in self._files(good):
            os.truncate(file, 256 * 1024**2)
        tracemalloc.start()
        try:
            self._need_trouble(good, or_less=True)
            assert tracemalloc.get_traced_memory()[1] < 100 * 1024**2
        finally:
            tracemalloc.stop()

    def test_a_file_from_the_future_is_read_as_of_today(self, good: Path) -> None:
        """A clock was ahead when it was named: no reading is of a day to come."""
        ahead = good.rename(good.with_name(good.name.replace("2026-06-01", "2999-01-01")))
        assert self.start(ahead).counts.new == self.brings
        assert all(reading.observed_at <= NOW for reading in Reading.objects.all())

    def test_an_entry_that_stands_twice_counts_once(self, hostile: Path) -> None:
        """The first one speaks; no artifact is listed twice, and none by two of its entries."""
        self.start(hostile)
        keys = list(Entry.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys)) == Artifact.objects.count()

    def test_what_is_hostile_is_text_or_nothing(self, hostile: Path) -> None:
        """The run ends; what cannot be is refused or left out; scripts and orders are words like any other."""
        result = self.start(hostile)
        assert result.state == "done"
        assert result.counts.refused >= 1
        for artifact in Artifact.objects.all():
            assert artifact.lifecycle == "in_review"
            assert len(artifact.name) <= 200
            assert "-vs-" not in artifact.slug
            assert not any(address.startswith("javascript") for address in (artifact.homepage, artifact.repository))
        assert all(price.amount >= 0 and price.amount < Decimal(10) ** 12 for price in Price.objects.all())
        assert all(0 <= reading.value < 1e15 for reading in Reading.objects.all())
        days = Fact.objects.filter(name__in=("released", "last_updated")).values_list("value", flat=True)
        assert all("1970" < day[:4] <= "2026" for day in days)
        digest = catalog_digest()
        self.start(hostile, is_confirmed=True)
        assert catalog_digest() == digest

    def _need_trouble(self, place: Path, *, or_less: bool = False) -> None:
        try:
            result = self.start(place)
        except CannotImport:
            result = None
        run = ImportRun.objects.latest("id")
        if result is None:
            assert (run.state in ("refused", "failed"), bool(run.error)) == (True, True)
        else:
            assert run.state == "done"
            assert result.counts.refused >= 1 or (or_less and result.counts.new < self.brings)


def told(name: str, place: Path) -> dict[str, Told]:
    """What a feed tells of a place, by key."""
    items = FEEDS[name].read(opened(str(place), now=NOW))
    return {item.key: item for item in items if isinstance(item, Told)}
