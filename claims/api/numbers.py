"""/api/v1/me/claims/<pk>/analytics/: what the page of numbers shows, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from claims.api.claims import CLAIM
from claims.api.own import OwnView
from claims.choices import Scope
from claims.numbers import Numbers, least_people, numbers_of
from claims.permissions import Verb


def _fives(help_text: str) -> serializers.IntegerField:
    return serializers.IntegerField(
        allow_null=True, help_text=f"{help_text} In fives; null where fewer people than may be told."
    )


class NumbersWeekSerializer(serializers.Serializer):
    starts_on = serializers.DateField(help_text="A Monday.")
    views = serializers.IntegerField(allow_null=True, help_text="Of its page. Null: before it was yours.")
    shown = _fives("Searches that it was shown in.")
    chosen = _fives("Of these, those in which it was chosen.")
    lost = _fives("Of these, those in which another was.")
    is_told = serializers.BooleanField(help_text="Whether its searches are told at all: once a week is over.")
    is_running = serializers.BooleanField()


class IntentNumbersSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    shown = serializers.IntegerField()
    chosen = serializers.IntegerField()
    lost = serializers.IntegerField()


class RivalSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    lost = serializers.IntegerField(help_text="Searches in which it was chosen in your place.")
    intents = serializers.ListField(child=serializers.CharField(), help_text="Slugs of the intents in question.")


class UnmetSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    searches = serializers.IntegerField(help_text="For which people found nothing.")


class NumbersSerializer(serializers.Serializer):
    since = serializers.DateField(help_text="The first day that is told; none from before it was yours.")
    until = serializers.DateField()
    least_people = serializers.IntegerField(help_text="So many have to have asked before anything is told.")
    is_sample = serializers.BooleanField(help_text="Whether some of it was made up for a demo.")
    views = serializers.IntegerField()
    shown = _fives("Of the weeks that are told.")
    chosen = _fives("Likewise.")
    lost = _fives("Likewise.")
    weeks = NumbersWeekSerializer(many=True, help_text="The oldest first.")
    intents = IntentNumbersSerializer(many=True, help_text="Most shown first.")
    rivals = RivalSerializer(many=True, help_text="Most lost to first.")
    unmet = UnmetSerializer(many=True, help_text="Near to what it does; most searched first.")


def numbers_row(found: Numbers) -> dict[str, Any]:
    return {
        "since": found.since,
        "until": found.until,
        "least_people": least_people(),
        "is_sample": found.is_sample,
        "views": found.views,
        "shown": found.shown,
        "chosen": found.chosen,
        "lost": found.lost,
        "weeks": [asdict(week) for week in found.weeks],
        "intents": [asdict(need) for need in found.needs],
        "rivals": [
            {"slug": one.slug, "name": one.name, "lost": one.lost, "intents": [slug for slug, _ in one.needs]}
            for one in found.rivals
        ],
        "unmet": [asdict(one) for one in found.unmet],
    }


class AnalyticsView(OwnView):
    scopes: ClassVar[dict[str, Scope]] = {"GET": Scope.ANALYTICS}

    @extend_schema(
        operation_id="my_analytics",
        summary="Your numbers",
        description=(
            "Views, times shown and chosen, and the intents behind them, over twelve weeks. Searches are told by whole"
            " weeks, in fives, and only where enough people made them."
        ),
        parameters=[CLAIM],
        responses={200: NumbersSerializer},
        tags=["me"],
    )
    def retrieve(self, request: Request, pk: int) -> Any:
        self.parameters(request).check()
        claim = self.claim_or_404(pk, Verb.ANALYSE)
        return self.answer(numbers_row(numbers_of(claim, now=self.now)))
