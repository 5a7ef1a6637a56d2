"""Which artifacts may be listed twice: candidates found by what they are called and where they live, each judged by
what speaks for and against, with the reasons in words.

`likeness` is pure. `find_pairs` compares what shares a name's words or an address, for the whole catalog at once, and
never asks again about a pair that an editor has decided.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from django.utils import timezone

from catalog.changes import change
from catalog.choices import Kind, Lifecycle, PairState, Relation
from catalog.identity import CannotIdentify, homepage_key, repository_key
from catalog.models import Alias, Artifact, Identifier, Lineage, Offering, Pair
from catalog.models.fields import sort_key

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Pairs below this are not worth an editor's minute.
AT_LEAST = 0.5
#: A word, publisher or address that so many artifacts share tells none of them apart.
COMMON = 40
#: So many listings of one repository may be one thing under several names; of more, each is probably its own.
FEW = 5
#: Words that say how a thing is packed, not which it is.
_WRAPPING = frozenset({
    "the", "a", "an", "of", "for", "and", "by", "ai", "model", "server", "mcp", "official", "api", "cli", "app",
    "agent", "tool", "repo", "repository", "dataset", "hf", "gguf",
})  # fmt: skip
#: Of two that are one by name these say that they are not: another size, version, or a base and what became of it.
_TELLING = re.compile(
    r"^(v?\d[\w.]*|[\dx.]+[bm]|base|instruct|chat|it|nano|mini|small|medium|large|xl|pro|max|lite|flash|turbo|fast|"
    r"thinking|reasoning|non|preview|exp|beta|latest|coder?|vision|vl|audio|image|online|guard|safeguard|"
    r"distill(ed)?|abliterated|dpo|sft|fp\d|nvfp4|int\d|awq|gptq|windows|macos|linux)$"
)


#: Ids whose last part is what a model is called; and those that say little by being different: one is made of names
#: by our importers, the other tells who packed a server.
_NAMING = frozenset({"huggingface", "openrouter", "models-dev"})
_LOOSE = frozenset({"repository", "models-dev", "docker"})


@dataclass(frozen=True)
class Listed:
    """What is compared of one artifact."""

    id: int
    name: str
    kind: str
    publisher: str = ""
    repository: str = ""
    homepage: str = ""
    #: Scheme -> the compared form of the id.
    ids: Mapping[str, str] = field(default_factory=dict)
    capability_ids: frozenset[int] = frozenset()
    #: Old addresses, and those under which it is found elsewhere.
    aliases: tuple[str, ...] = ()
    #: How many listings name the same repository, this one among them.
    neighbours: int = 1

    @cached_property
    def called(self) -> Mapping[str, str]:
        """Every name that it bears anywhere, without spaces and points, and as it is written there."""
        elsewhere = [key.rpartition("/")[2] for scheme, key in self.ids.items() if scheme in _NAMING]
        names = [*self.aliases, *elsewhere, self.name.rpartition("/")[2]]
        return {key: name for name in names if len(key := re.sub(r"[^a-z0-9]", "", _spelt(name))) > 4}

    @cached_property
    def words(self) -> frozenset[str]:
        """What tells it apart by name."""
        return frozenset(words_of(self.name)) - _WRAPPING

    @cached_property
    def run_together(self) -> str:
        """ "WhisperLarge v3" and "whisper-large-v3" are one name."""
        return "".join(word for word in words_of(self.name) if word not in _WRAPPING)


@dataclass(frozen=True)
class Likeness:
    score: float
    reasons: tuple[str, ...]


def words_of(name: str) -> tuple[str, ...]:
    """A name's words in the form that is compared: "openai/Whisper-Large_v3" and "whisper large v3" are one."""
    text = _spelt(name.rpartition("/")[2])
    return tuple(word for word in re.split(r"[^\w.]+|_|(?<!\d)\.|\.(?!\d)", text) if word)


def _spelt(name: str) -> str:
    """“R+” is not “R”."""
    return sort_key(name.replace("+", " plus "))


def likeness(one: Listed, other: Listed) -> Likeness:
    """How much speaks for the two being one, 0 to 1. Each reason for it adds, each against it takes away."""
    doubt = 1.0  # what remains of the doubt that they are one
    reasons: list[str] = []

    def speaks(weight: float, sentence: str) -> None:
        nonlocal doubt
        doubt *= 1 - weight
        reasons.append(sentence)

    mine, theirs = one.words, other.words
    is_same_name = sort_key(one.name) == sort_key(other.name) or bool(
        mine and (mine == theirs or one.run_together == other.run_together)
    )
    elsewhere = sorted(one.called[key] for key in one.called.keys() & other.called.keys())
    is_server = one.kind == other.kind == Kind.MCP
    if is_same_name:
        # Servers are called after what they serve: there are a dozen for each.
        speaks(0.45 if is_server else 0.6, "They have the same name.")
    else:
        if elsewhere and not is_server:
            speaks(0.6, f"Both are called {_listed(elsewhere[:1])} somewhere.")
        share = len(mine & theirs) / len(mine | theirs) if mine and theirs else 0
        if share >= 0.5:
            speaks(0.45 * share, f"Their names share {_listed(sorted(mine & theirs))}.")
    is_one_place = bool(one.repository) and one.repository == other.repository
    if is_one_place and max(one.neighbours, other.neighbours) <= FEW:
        speaks(0.6, "They live in the same repository.")
    elif is_one_place:
        speaks(0.3, "They live in the same repository, as others do.")
    if one.homepage and one.homepage == other.homepage:
        speaks(0.35, "They have the same homepage.")
    if one.publisher and one.publisher == other.publisher:
        speaks(0.25, "They have the same publisher.")
    shared = one.capability_ids & other.capability_ids
    if shared:
        share = len(shared) / len(one.capability_ids | other.capability_ids)
        if share >= 0.3:
            speaks(
                0.3 * share,
                f"They share {len(shared)} of {len(one.capability_ids | other.capability_ids)} capabilities.",
            )

    score = 1 - doubt
    telling = sorted(word for word in mine ^ theirs if _TELLING.match(word))
    if telling and not is_same_name:
        score *= 0.75 if elsewhere else 0.35
        reasons.append(f"Against it: only one is called {_listed(telling)}.")
    differing = sorted(s for s in one.ids.keys() & other.ids.keys() if s not in _LOOSE and one.ids[s] != other.ids[s])
    if differing:
        # A registry lists a server again when its owner moves.
        score *= 0.7 if is_server and is_same_name and is_one_place else 0.5
        reasons.append(f"Against it: their ids differ at {_listed(differing)}.")
    if one.repository and other.repository and _root(one.repository) != _root(other.repository):
        score *= 0.5
        reasons.append("Against it: they live in different repositories.")
    # Catalogs of prices do not know which of their models somebody has tuned.
    if one.kind != other.kind and {one.kind, other.kind} != {Kind.MODEL, Kind.FINETUNE}:
        score *= 0.7
        reasons.append(f"Against it: one is listed as {one.kind}, the other as {other.kind}.")
    return Likeness(round(score, 3), tuple(reasons))


def find_pairs(*, now: dt.datetime | None = None) -> int:
    """Brings the open pairs up to date. Returns how many stand open afterwards; run again, it changes nothing."""
    listed = _listed_now()
    kin = {
        tuple(sorted(pair))
        for pair in Lineage.objects.filter(relation__in=Relation.values).values_list("artifact_id", "parent_id")
    }
    found: dict[tuple[int, int], Likeness] = {}
    for first, second in _candidates(listed.values()):
        if (first, second) in kin:  # one came out of the other: two things, and linked
            continue
        like = likeness(listed[first], listed[second])
        if like.score >= AT_LEAST:
            found[first, second] = like
    there = {(pair.first_id, pair.second_id): pair for pair in Pair.objects.all()}
    stale = [pair.pk for key, pair in there.items() if pair.state == PairState.OPEN and key not in found]
    Pair.objects.filter(pk__in=stale).delete()
    changed = []
    for key, like in found.items():
        pair = there.get(key)
        if pair and pair.state == PairState.OPEN and (pair.score, tuple(pair.reasons)) != (like.score, like.reasons):
            pair.score, pair.reasons = like.score, list(like.reasons)
            changed.append(pair)
    Pair.objects.bulk_update(changed, ["score", "reasons"], batch_size=500)
    Pair.objects.bulk_create(
        [
            Pair(first_id=a, second_id=b, score=like.score, reasons=list(like.reasons), found_at=now or timezone.now())
            for (a, b), like in sorted(found.items())
            if (a, b) not in there
        ],
        batch_size=500,
        ignore_conflicts=True,  # another run may have been faster
    )
    return Pair.objects.filter(state=PairState.OPEN).count()


class CannotTell(Exception):
    """They are one by now."""


def keep_apart(pair: Pair, *, by: User | None) -> None:
    """They are not the same, and will not be asked about again. Raises CannotTell."""
    with change():
        _need_two(pair)
        Pair.objects.filter(pk=pair.pk, state=PairState.OPEN).update(
            state=PairState.NOT_THE_SAME, decided_at=timezone.now(), decided_by=by
        )


def ask_again(pair: Pair) -> None:
    """Takes that back. Raises CannotTell."""
    _need_two(pair)
    Pair.objects.filter(pk=pair.pk, state=PairState.NOT_THE_SAME).update(
        state=PairState.OPEN, decided_at=None, decided_by=None
    )


def _need_two(pair: Pair) -> None:
    if Pair.objects.filter(pk=pair.pk, state=PairState.MERGED).exists():
        raise CannotTell("They have been merged meanwhile. Undo the merge if they are two things.")


def _candidates(listed: Iterable[Listed]) -> Iterator[tuple[int, int]]:
    """Pairs that share a telling word of their names, or an address; each once, in order."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in listed:
        for word in one.words:
            blocks["word", word].append(one.id)
        blocks["name", one.run_together].append(one.id)
        for name in one.called:
            blocks["called", name].append(one.id)
        for scheme, key in (("repository", one.repository), ("homepage", one.homepage)):
            if key:
                blocks[scheme, key].append(one.id)
    pairs = {
        pair
        for (sort, _), ids in blocks.items()
        if len(ids) <= COMMON or sort in ("name", "called")
        for pair in combinations(sorted(set(ids))[: COMMON * 5], 2)
    }
    yield from sorted(pairs)


def _listed_now() -> dict[int, Listed]:
    """Every artifact that is not withdrawn, in four queries."""
    ids: dict[int, dict[str, str]] = defaultdict(dict)
    for artifact_id, scheme, key in Identifier.objects.values_list("artifact_id", "scheme", "key"):
        ids[artifact_id][scheme] = key
    capabilities: dict[int, set[int]] = defaultdict(set)
    for artifact_id, capability_id in Offering.objects.values_list("artifact_id", "capability_id").iterator():
        capabilities[artifact_id].add(capability_id)
    aliases: dict[int, list[str]] = defaultdict(list)
    for artifact_id, slug in Alias.objects.order_by("slug").values_list("artifact_id", "slug"):
        aliases[artifact_id].append(slug)
    rows = [
        (pk, name, kind, publisher, _repository(repository), homepage)
        for pk, name, kind, publisher, repository, homepage in Artifact.objects.exclude(
            lifecycle=Lifecycle.WITHDRAWN
        ).values_list("pk", "name", "kind", "publisher__slug", "repository", "homepage")
    ]
    neighbours = Counter(_root(repository) for *_, repository, _ in rows)
    return {
        pk: Listed(
            pk,
            name[:300],
            kind,
            publisher or "",
            repository,
            homepage_key(homepage),
            ids.get(pk, {}),
            frozenset(capabilities.get(pk, ())),
            tuple(aliases.get(pk, ())),
            neighbours[_root(repository)],
        )
        for pk, name, kind, publisher, repository, homepage in rows
    }


def _repository(address: str) -> str:
    try:
        return repository_key(address) if address else ""
    except CannotIdentify:
        return ""


def _root(repository: str) -> str:
    """Without the folder inside."""
    return repository.partition("#")[0]


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
