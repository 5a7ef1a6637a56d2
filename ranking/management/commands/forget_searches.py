from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ranking.graph import forgetting


class Command(BaseCommand):
    help = "Throws away the words of old searches, and the salts of past days."

    def handle(self, **options: Any) -> None:
        salts, words = forgetting.forget(now=timezone.now())
        self.stdout.write(f"words={words} salts={salts}")
