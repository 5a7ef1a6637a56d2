from __future__ import annotations

from django.apps import AppConfig


class RankingConfig(AppConfig):
    name = "ranking"
    verbose_name = "Ranking"

    def ready(self) -> None:
        from ranking import comparison_views, receivers
        from ranking.graph import recording

        comparison_views.connect()
        receivers.connect()
        recording.connect()
