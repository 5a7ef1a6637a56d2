"""Puts an artifact and its rows back to how they stood at an earlier version.

Rows removed since come back under their ids, rows added since go, changed ones get their values back. What imports
brought and nobody edited stays as it is, and so does where the artifact stands: that is moved by steps, which ask for
what each needs. Where a part cannot be put back, nothing is: the refusal says which and why.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from catalog import publishing
from catalog.changes import AS_IMPORTED, change
from catalog.choices import PUBLIC_LIFECYCLES
from catalog.desk import snapshots
from catalog.desk.history import Record, records_of
from catalog.desk.rowdiffs import ROWS, SHELVES, RowDiff, model_of, names_in, row_diff, tracked, what
from catalog.desk.snapshots import CannotRestore, Image
from catalog.models import Alias, Artifact, Capability, Category, Contrast, Evidence, Identifier, Merge, Offering
from catalog.slugs import NO_VS, is_ambiguous

#: Of the artifact itself: moved by steps, or the record of when that was.
_LEFT = {
    "lifecycle", "deprecated_by_id", "withdrawn_reason", "published_at", "publish_at", "merged_into_id", "created_at",
}  # fmt: skip
_ARTIFACT = Artifact._meta.label_lower
Images = dict[str, Image]


@dataclass(frozen=True)
class Plan:
    now: Images
    then: Images
    #: When the value of each fact that comes back was written down: settlements stand by it.
    recorded: dict[str, dt.datetime]

    @property
    def gone(self) -> list[str]:
        """Rows that have to come back."""
        return [key for key in self.then if key not in self.now]

    @property
    def added(self) -> list[str]:
        return [key for key in self.now if key not in self.then]

    @property
    def changed(self) -> list[str]:
        return [key for key, image in self.then.items() if key in self.now and self.now[key] != image]

    @property
    def fingerprint(self) -> str:
        """The same as long as a restore would do the same."""
        return hashlib.sha256(json.dumps([self.now, self.then], sort_keys=True).encode()).hexdigest()[:32]

    @property
    def is_empty(self) -> bool:
        return self.now == self.then


def plan(artifact: Artifact, at: dt.datetime) -> Plan:
    """What a restore would do. Raises CannotRestore."""
    if artifact.merged_into_id:
        raise CannotRestore("It was merged; undo the merge first.")
    if Merge.objects.filter(kept=artifact, undone_at=None, at__gt=at).exists():
        raise CannotRestore("Another listing was merged into it since; undo that merge first.")
    records = records_of(artifact)
    if not any(record.at <= at or record.why == AS_IMPORTED for record in records.get(_key(artifact), ())):
        raise CannotRestore("It is not known how it stood then.")
    now = _standing(artifact)
    then: Images = {}
    recorded: dict[str, dt.datetime] = {}
    for key in [*now, *(key for key in records if key not in now)]:
        if key not in records:  # imported, and edited by nobody
            then[key] = now[key]
            continue
        record = _record_at(key, records[key], at)
        if record is not None:
            then[key] = {name: value for name, value in record.image.items() if not _is_left(key, name)}
            recorded[key] = _recorded_at(records[key], record)
    it = Plan(now, _in_order(_as_merged(artifact, now, then)), recorded)
    _check(artifact, it)
    return it


def preview(it: Plan) -> list[RowDiff]:
    """What will change, from how it stands to how it stood."""
    keys = [*it.changed, *it.gone, *it.added]
    names = names_in((key, side[key]) for key in keys for side in (it.now, it.then) if key in side)
    rows = (row_diff(key, it.now.get(key), it.then.get(key), names) for key in keys)
    return [row for row in rows if row is not None]


def restore(artifact: Artifact, at: dt.datetime, *, why: str, seen: str = "") -> None:
    """Raises CannotRestore, and then nothing has changed. `seen` is the fingerprint of the plan that was looked at."""
    if not why.strip():
        raise CannotRestore("Say why; readers will see the reason.")
    try:
        with change(why=why.strip()) as it, transaction.atomic():
            locked = Artifact.objects.select_for_update().filter(pk=artifact.pk).first()
            if locked is None:
                raise CannotRestore("It has been deleted.")
            wanted = plan(locked, at)
            if wanted.is_empty:
                raise CannotRestore("It stands like that already.")
            if seen and seen != wanted.fingerprint:
                raise CannotRestore("Somebody has changed it since you looked. This is what will change now.")
            it.touch([locked.pk])
            it.touch(image.get("parent_id") for side in (wanted.now, wanted.then) for image in side.values())
            lacked = publishing.missing_for_publication(locked)
            _write(locked, wanted, why=why.strip())
            now = publishing.missing_for_publication(locked)
            lacks = [sentence for part, sentence in now.items() if part not in lacked]
            if lacks and locked.lifecycle in PUBLIC_LIFECYCLES:
                raise CannotRestore(f"Readers would miss something: {' '.join(lacks)}")
    except (IntegrityError, ValidationError) as error:
        raise CannotRestore("Two of its rows would stand in each other's way; restore them by hand.") from error


def _write(artifact: Artifact, wanted: Plan, *, why: str) -> None:
    back = {
        key: wanted.then[key] | ({"recorded_at": wanted.recorded[key].isoformat()} if _is_fact(key) else {})
        for key in wanted.gone
    }
    # Rows that go first: one that comes back may be known by the same columns.
    snapshots.restore({}, {key: wanted.now[key] for key in wanted.added}, list(ROWS), why=why)
    for key in wanted.changed:
        model = model_of(key)
        row = artifact if model is Artifact else model._base_manager.get(pk=_pk(key))
        image = wanted.then[key]
        for field in tracked(model):
            if field.attname in image:
                setattr(row, field.attname, snapshots.value_of(model, field.attname, image[field.attname]))
        row.save()
        if model is Artifact:
            artifact.categories.set(image[SHELVES])
    snapshots.restore(back, {}, list(ROWS), why=why)


def _standing(artifact: Artifact) -> Images:
    """Its rows as they stand, in the columns that a history keeps."""
    found: Images = {}
    for model in ROWS:
        rows = model._base_manager.filter(pk=artifact.pk)
        if model in (Evidence, Contrast):
            rows = model._base_manager.filter(offering__artifact=artifact)
        elif model is not Artifact:
            rows = model._base_manager.filter(artifact=artifact)
        for row in rows.order_by("pk"):
            key = _key(row)
            image = snapshots.image_of(row, tracked(model))
            found[key] = {name: value for name, value in image.items() if not _is_left(key, name)}
    found[_key(artifact)][SHELVES] = sorted(artifact.categories.values_list("pk", flat=True))
    return found


def _record_at(key: str, records: list[Record], at: dt.datetime) -> Record | None:
    """How the row stood then; None where it was not there."""
    earlier = [record for record in records if record.at <= at]
    if earlier:
        return earlier[-1] if earlier[-1].how != "-" else None
    first = records[0]
    if first.how == "-" or first.why == AS_IMPORTED:  # its first copy was made when somebody first touched it
        return first
    if first.how == "+":
        return None
    raise CannotRestore(f"It is not known how {what(model_of(key), first.image, {})} stood then.")


def _recorded_at(records: list[Record], then: Record) -> dt.datetime:
    """When the value it had then was written down, and not after it was settled."""
    since = then.at
    for record in reversed([one for one in records if one.at <= then.at]):
        if record.how == "-" or record.image.get("value") != then.image.get("value"):
            break
        since = record.at
    settled = then.image.get("settled_at")
    return min(since, dt.datetime.fromisoformat(settled)) if settled else since


def _as_merged(artifact: Artifact, now: Images, then: Images) -> Images:
    """Then as it would read after the merges since, which write no history for what they only move.

    Raises CannotRestore for a row that went to, or came from, another artifact.
    """
    family = {artifact.pk, *artifact.merged.values_list("pk", flat=True)}
    merged: dict[type[models.Model], dict[int, int | None]] = {
        Artifact: dict(Artifact.objects.exclude(merged_into=None).values_list("pk", "merged_into")),
        Capability: dict(Capability.objects.exclude(merged_into=None).values_list("pk", "merged_into")),
    }
    said: Images = {}
    for key, image in then.items():
        model, here, moved = model_of(key), now.get(key), dict(image)
        owner = "offering_id" if model in (Evidence, Contrast) else "artifact_id"
        if owner == "artifact_id" and model is not Artifact:
            if moved[owner] not in family:
                if here is None:
                    continue
                raise CannotRestore(f"{_called(key, image)} came from another artifact since.")
            moved[owner] = artifact.pk
        elif owner == "offering_id" and here is not None and _offering(moved[owner]) not in then:
            moved[owner] = here[owner]
        for field in tracked(model):
            target, name = field.related_model, field.attname
            if here is not None and target in merged and name != owner and name in moved:
                followed = _followed(merged[target], moved[name])
                moved[name] = followed if followed == here.get(name) else moved[name]
        said[key] = moved
    return said


def _followed(merged: dict[int, int | None], pk: int | None) -> int | None:
    for _ in range(len(merged)):
        if pk not in merged:
            break
        pk = merged[pk]
    return pk


def _check(artifact: Artifact, it: Plan) -> None:
    """Everything that would be written points at something that is there, and takes nobody else's name."""
    wanted: dict[type[models.Model], dict[int, str]] = defaultdict(dict)
    for key in (*it.gone, *it.changed):
        image, here = it.then[key], it.now.get(key, {})
        for field in tracked(model_of(key)):
            target, pk = field.related_model, image.get(field.attname)
            if isinstance(target, type) and pk and pk != here.get(field.attname) and target is not Offering:
                wanted[target][pk] = key
        for pk in set(image.get(SHELVES, ())) - set(here.get(SHELVES, ())):
            wanted[Category][pk] = key
        offering = image.get("offering_id")
        if offering and _offering(offering) not in it.then:
            raise CannotRestore(f"The offering of {_called(key, image, capital=False)} is gone.")
    for target, pks in wanted.items():
        there = {row.pk: row for row in target._base_manager.filter(pk__in=pks)}
        for pk, key in pks.items():
            row = there.get(pk)
            called = _called(key, it.then[key])
            if row is None:
                raise CannotRestore(f"{called} named a {target._meta.verbose_name} that has been deleted since.")
            into = getattr(row, "merged_into", None)
            if into is not None:
                name = str(getattr(row, "name", row))[:100].removesuffix(f" (merged {pk})")
                raise CannotRestore(f"{called} named “{name}”, which has been merged into “{into.name[:100]}” since.")
    for key in it.gone:
        if model_of(key)._base_manager.filter(pk=_pk(key)).exists():
            raise CannotRestore(f"{_called(key, it.then[key])} belongs to another artifact now.")
    for sentence in _taken(artifact, it):
        raise CannotRestore(sentence)


def _taken(artifact: Artifact, it: Plan) -> Iterator[str]:
    """Addresses and identifiers that are somebody else's by now."""
    slug = it.then[_key(artifact)]["slug"]
    slugs = {slug, *(image["slug"] for key, image in it.then.items() if model_of(key) is Alias)}
    if is_ambiguous(slug):  # it was given another when such slugs were done away with
        yield f"The address {slug} cannot be taken any more. {NO_VS}"
    for other in Artifact.objects.filter(slug__in=slugs).exclude(pk=artifact.pk):
        yield f"The address {other.slug} is that of “{other.name[:100]}” now."
    for alias in Alias.objects.filter(slug__in=slugs).exclude(artifact=artifact).select_related("artifact"):
        yield f"The address {alias.slug} leads to “{alias.artifact.name[:100]}” now."
    for key in (*it.gone, *it.changed):
        if model_of(key) is Identifier:
            image = it.then[key]
            same = Identifier.objects.filter(scheme=image["scheme"], key=image["key"]).exclude(artifact=artifact)
            if (row := same.select_related("artifact").first()) is not None:
                yield f"The identifier {row} is that of “{row.artifact.name[:100]}” now."


def _in_order(images: Images) -> Images:
    """What others point at first, then by id."""
    places = {model._meta.label_lower: place for place, model in enumerate(ROWS)}
    return dict(sorted(images.items(), key=lambda one: (places[one[0].partition(":")[0]], _pk(one[0]))))


def _called(key: str, image: Image, *, capital: bool = True) -> str:
    said = what(model_of(key), image, {})
    return said[0].upper() + said[1:] if capital else said


def _is_left(key: str, name: str) -> bool:
    return name in _LEFT and key.startswith(f"{_ARTIFACT}:")


def _is_fact(key: str) -> bool:
    return key.startswith("catalog.fact:")


def _offering(pk: int) -> str:
    return f"{Offering._meta.label_lower}:{pk}"


def _key(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def _pk(key: str) -> int:
    return int(key.partition(":")[2])


__all__ = ["CannotRestore", "Plan", "plan", "preview", "restore"]
