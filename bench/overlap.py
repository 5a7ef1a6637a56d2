"""How long relating the whole catalog takes, by part, and what asking the database artifact by artifact would take.

python bench/overlap.py --artifacts 50000        in a scratch database of the kind that DATABASE_URL names
python bench/overlap.py --artifacts 50000 --pure the computation alone, without a database
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

import django
import numpy as np

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Case, F, IntegerField, Sum, Value, When  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.loading import insert, loading  # noqa: E402
from catalog import relating  # noqa: E402
from catalog.choices import Kind  # noqa: E402
from catalog.models import Artifact, Capability, CatalogState, Offering, Related  # noqa: E402
from catalog.overlap import GROUP_OF, KEPT, Offered, profile_of, relations_of  # noqa: E402

KINDS = tuple(kind.value for kind in Kind)


def generated(artifacts: int, each: int, capabilities: int, seed: int) -> Offered:
    """Capability n is offered in proportion to 1/n (Zipf); every fifth is narrower than an earlier one."""
    draw = np.random.default_rng(seed)
    popular = 1 / np.arange(1, capabilities + 1)
    keys = np.empty(0, dtype=np.int64)
    while len(keys) < artifacts * each:
        lacking = each - np.bincount(keys // capabilities, minlength=artifacts)
        rows = np.repeat(np.arange(artifacts), lacking)
        chosen = draw.choice(capabilities, size=len(rows), p=popular / popular.sum())
        keys = np.unique(np.concatenate([keys, rows * capabilities + chosen]))
    rows, chosen = np.divmod(keys, capabilities)
    kinds = draw.integers(0, len(KINDS), artifacts)
    return Offered(
        artifact_ids=np.arange(1, artifacts + 1),
        groups=np.array([GROUP_OF[KINDS[kind]] for kind in kinds]),
        rows=rows,
        capability_ids=chosen + 1,
        broader={n: int(draw.integers(1, n)) for n in range(2, capabilities + 1) if n % 5 == 0},
        kin=draw.integers(0, artifacts, (artifacts // 10, 2)),
    )


def fill(offered: Offered, capabilities: int) -> None:
    """The same in rows. Inserted in bulk: no history, no events."""
    of_group = {code: kind for kind, code in reversed(GROUP_OF.items())}
    Capability.objects.bulk_create(
        [
            Capability(
                pk=n, key=f"bench.c-{n}", slug=f"c-{n}", name=f"Capability {n}", broader_id=offered.broader.get(n)
            )
            for n in range(1, capabilities + 1)
        ]
    )
    now = timezone.now()
    Artifact.objects.bulk_create(
        (
            Artifact(
                pk=pk,
                slug=f"a-{pk}",
                name=f"Artifact {pk}",
                kind=of_group[group],
                lifecycle="published",
                published_at=now,
            )
            for pk, group in zip(offered.artifact_ids.tolist(), offered.groups.tolist(), strict=True)
        ),
        batch_size=5_000,
    )
    pairs = zip(offered.artifact_ids[offered.rows].tolist(), offered.capability_ids.tolist(), strict=True)
    rows = ((artifact_id, capability_id, "Title", "What it does.") for artifact_id, capability_id in pairs)
    with loading():
        insert(Offering, ["artifact_id", "capability_id", "title", "description"], rows)
    CatalogState.objects.update_or_create(pk=1, defaults={"version": 1})


@contextmanager
def timed(label: str) -> Iterator[None]:
    start, start_cpu = time.perf_counter(), time.process_time()
    yield
    took, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    print(f"  {label:<40}{took:8.2f} s, {cpu:6.2f} s of processor", flush=True)


def job(label: str) -> float:
    """Runs the job and prints its parts; the part called writing is how long other writers wait on SQLite."""
    originals: dict[str, Callable[..., Any]] = {}

    def watch(name: str, part: str) -> None:
        original = originals[name] = getattr(relating, name)

        def watched(*arguments: Any) -> Any:
            with timed(part):
                return original(*arguments)

        setattr(relating, name, watched)

    print(label)
    watch("offered_now", "reading")
    watch("relations_of", "computing")
    watch("_differences", "comparing")
    watch("_write", "writing")
    start = time.perf_counter()
    done = relating.relate(is_forced=True)
    took = time.perf_counter() - start
    print(f"  {'in all':<40}{took:8.2f} s   {done}")
    for name, original in originals.items():
        setattr(relating, name, original)
    return took


def asked_one_by_one(offered: Offered, sample: int) -> float:
    """Seconds an artifact, for the sum of the shared weights alone: half of the formula."""
    profile = profile_of(offered)
    rarity = dict(zip(profile.ids.tolist(), profile.rarity.tolist(), strict=True))
    chosen = np.linspace(1, len(offered.artifact_ids), sample).astype(int).tolist()
    start = time.perf_counter()
    for pk in chosen:
        own = list(Offering.objects.filter(artifact=pk).values_list("capability_id", flat=True))
        weight = Case(*(When(capability=c, then=Value(rarity[c])) for c in own), output_field=IntegerField())
        list(
            Offering.objects.public().filter(capability__in=own).exclude(artifact=pk).values("artifact")
            .annotate(shared=Sum(weight)).order_by("-shared", "artifact")[:KEPT]
        )  # fmt: skip
    return (time.perf_counter() - start) / len(chosen)


def with_database(offered: Offered, options: argparse.Namespace) -> None:
    with timed(f"filling {connection.vendor}"):
        fill(offered, options.capabilities)
    first = job("first run, on an empty table")
    job("second run, nothing changed")
    draw = np.random.default_rng(options.seed + 1)
    for pk in draw.choice(len(offered.artifact_ids), 20, replace=False).tolist():
        Offering.objects.filter(artifact=pk + 1).first().delete()  # type: ignore[union-attr]
    CatalogState.objects.update(version=F("version") + 1)
    job("after a change to 20 artifacts")
    print(f"rows of Related: {Related.objects.count()}")
    each = asked_one_by_one(offered, options.sample)
    everything = each * len(offered.artifact_ids)
    print(f"one query an artifact: {each * 1000:.1f} ms each ({options.sample} sampled), {everything:.0f} s for all")
    print(f"the job takes 1/{everything / first:.0f} of that")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifacts", type=int, default=5_000)
    parser.add_argument("--each", type=int, default=10, help="offerings an artifact")
    parser.add_argument("--capabilities", type=int, default=2_000)
    parser.add_argument("--sample", type=int, default=20, help="artifacts asked for one by one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pure", action="store_true", help="without a database")
    options = parser.parse_args()
    offered = generated(options.artifacts, options.each, options.capabilities, options.seed)
    print(f"{options.artifacts} artifacts, {len(offered.rows)} offerings, seed {options.seed}")
    print(f"the most popular are offered by {np.sort(np.bincount(offered.capability_ids))[::-1][:5].tolist()}")
    if options.pure:
        with timed("computing"):
            relations_of(offered)
    else:
        with tempfile.TemporaryDirectory() as folder:
            if connection.vendor == "sqlite":
                settings.DATABASES["default"]["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            try:
                with_database(offered, options)
            finally:
                connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
