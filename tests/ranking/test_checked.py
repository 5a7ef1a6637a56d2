"""No generation goes live in which any number that is told of an artifact is beyond its scale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ranking.computing import Ranked, ranked
from ranking.configurations import live_configuration
from ranking.loading import moment
from ranking.publish import Checked
from tests.ranking.conftest import NOW, make_ranked

pytestmark = pytest.mark.django_db


def with_one(kind: Ranked, name: str, value: float) -> Ranked:
    """The same with another number of the second artifact."""
    scores: Any = kind.scores

    def changed(column: Any) -> Any:
        return np.where(np.arange(len(column)) == 1, value, column)

    if name in scores.components:
        return replace(
            kind, scores=replace(scores, components={**scores.components, name: changed(scores.components[name])})
        )
    if name == "momentum":
        return replace(
            kind, scores=replace(scores, trends=replace(scores.trends, momentum=changed(scores.trends.momentum)))
        )
    return replace(kind, scores=replace(scores, **{name: changed(getattr(scores, name))}))


@pytest.mark.parametrize("name", ["rank", "low", "high", "percentile", "momentum", "adoption", "quality", "freshness"])
@pytest.mark.parametrize("value", [-0.1, 100.1, np.inf, np.nan])
def test_every_number_is_between_0_and_100_or_not_known(name: str, value: float) -> None:
    make_ranked(4)
    (kind,) = ranked(moment(now=NOW), live_configuration(now=NOW))
    found = Checked()
    found.add(kind)
    assert found.bad == 0
    found = Checked()
    found.add(with_one(kind, name, value))
    may_be_unknown = np.isnan(value) and name not in {"rank", "low", "high"}
    assert found.bad == (0 if may_be_unknown else 1)
