"""What happens elsewhere and concerns claims."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from claims import people


@receiver(pre_delete, sender=User)
def an_account_goes(sender: type[User], instance: User, **more: Any) -> None:
    people.close_account(instance, now=timezone.now())
