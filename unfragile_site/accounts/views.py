"""The account at a glance, what we hold of its person, and its end."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from claims.views.freshness import asked_first
from unfragile_site.accounts import own_data, second_factor


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


@require_safe
@login_required
def own_file(request: HttpRequest) -> HttpResponse:
    """All that we hold of whoever asks. With the password once more: it is a lot to leave on somebody else's screen."""
    if asked := asked_first(request):
        return asked
    assert isinstance(request.user, User)  # noqa: S101 - the door lets nobody else in
    response = JsonResponse(own_data.held_of(request.user), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="unfragile-account.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete_account(request: HttpRequest) -> HttpResponse:
    if asked := asked_first(request):
        return asked
    person = request.user
    assert isinstance(person, User)  # noqa: S101 - the door lets nobody else in
    error = ""
    if request.method == "POST":
        if request.POST.get("sure") == "yes":
            try:
                own_data.erase(person, now=timezone.now())
            except own_data.CannotErase as refused:
                error = str(refused)
            else:
                logout(request)
                messages.success(request, "Your account is gone, and what we held of you with it.")
                return HttpResponseRedirect(reverse("account_login"))
        else:
            error = "Tick the box to say that you mean it."
    context = {"error": error, "alone": own_data.left_alone(person)}
    return render(request, "account/delete.html", context, status=400 if error else 200)
