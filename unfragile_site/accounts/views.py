"""The account at a glance: what there is of it, and where each part is changed."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from unfragile_site.accounts import second_factor


@require_safe
@login_required
def account_home(request: HttpRequest) -> HttpResponse:
    user = request.user
    codes = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    context = {
        "address": EmailAddress.objects.get_primary_email(user),
        "is_named": not user.get_username().startswith("person-"),
        "has_second_factor": second_factor.has_one(user),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes is not None else 0,
        "asks_for_second_factor": settings.ADMIN_SECOND_FACTOR,
    }
    return render(request, "account/home.html", context)
