"""What follows from a log-in: its network is noted. And what claims tell ranking, which knows nothing of them."""

from __future__ import annotations

import logging
from typing import Any, cast

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from claims import sign_ins
from ranking.graph import own_side

log = logging.getLogger(__name__)


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="claims_sign_in")
    own_side.REGISTER.append(sign_ins.own_to)


def _signed_in(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is None:
        return
    address = BaseThrottle().get_ident(cast("Request", request)) or ""  # which reads META alone
    try:
        with transaction.atomic():
            sign_ins.note(user.pk, address, now=timezone.now())
    except DatabaseError:  # nobody is kept out because of it
        log.warning("The network of a log-in cannot be noted.", exc_info=True)
