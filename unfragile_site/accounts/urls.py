"""The addresses below /accounts/: allauth's pages, those we want of them, each behind its door."""

from __future__ import annotations

import functools
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.github import views as github
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache

from unfragile_site.accounts import doors
from unfragile_site.accounts.doors import Limit, View, guarded
from unfragile_site.accounts.views import account_home, delete_account, own_file


def towards_github(view: View) -> View:
    """A form that ends at GitHub: browsers hold the policy against where an answer redirects to as well."""

    @functools.wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if settings.ACCOUNTS["GITHUB_LOGIN"]:
            response._csp_update = {"form-action": ["https://github.com"]}  # type: ignore[attr-defined]
        return response

    return allowed


def page(address: str, view: View, name: str, limits: tuple[Limit, ...] = (), *, is_steady: bool = False) -> URLPattern:
    door = re_path if address.startswith("^") else path
    return door(address, never_cache(guarded(view, limits, is_steady=is_steady)), name=name)


urlpatterns = [
    page("", account_home, "account-home"),
    page("login/", towards_github(account.login), "account_login", doors.LOG_IN, is_steady=True),
    page("login/code/confirm/", account.confirm_login_code, "account_confirm_login_code", doors.CODE),
    page("logout/", account.logout, "account_logout"),
    page("signup/", towards_github(account.signup), "account_signup", doors.SIGN_UP, is_steady=True),
    page("inactive/", account.account_inactive, "account_inactive"),
    page("reauthenticate/", account.reauthenticate, "account_reauthenticate", doors.PASSWORD),
    page("email/", account.email, "account_email", doors.ADDRESS),
    page("confirm-email/", account.email_verification_sent, "account_email_verification_sent"),
    page(r"^confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, "account_confirm_email", doors.CONFIRM),
    page("password/change/", account.password_change, "account_change_password", doors.PASSWORD),
    page("password/set/", account.password_set, "account_set_password", doors.PASSWORD),
    page("password/reset/", account.password_reset, "account_reset_password", doors.RESET, is_steady=True),
    page("password/reset/done/", account.password_reset_done, "account_reset_password_done"),
    page(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        "account_reset_password_from_key",
        doors.NEW_PASSWORD,
    ),
    page("password/reset/key/done/", account.password_reset_from_key_done, "account_reset_password_from_key_done"),
    page("data.json", own_file, "account-data", doors.ADDRESS),
    page("delete/", delete_account, "account-delete", doors.ADDRESS),
    page("2fa/", mfa.index, "mfa_index"),
    page("2fa/authenticate/", mfa.authenticate, "mfa_authenticate", doors.CODE),
    page("2fa/reauthenticate/", mfa.reauthenticate, "mfa_reauthenticate", doors.CODE),
    page("2fa/totp/activate/", totp.activate_totp, "mfa_activate_totp", doors.CODE),
    page("2fa/totp/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp", doors.ADDRESS),
    page("2fa/recovery-codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    page("2fa/recovery-codes/generate/", codes.generate_recovery_codes, "mfa_generate_recovery_codes", doors.ADDRESS),
    page("2fa/recovery-codes/download/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
]

#: Only where the site is known to GitHub: without, there is nothing at these addresses.
github_urls = [
    page("github/login/", towards_github(github.oauth2_login), "github_login", doors.GITHUB),
    page("github/login/callback/", github.oauth2_callback, "github_callback"),
    page("3rdparty/", towards_github(social.connections), "socialaccount_connections", doors.ADDRESS),
    page("3rdparty/signup/", social.signup, "socialaccount_signup", doors.SIGN_UP, is_steady=True),
    page("3rdparty/login/cancelled/", social.login_cancelled, "socialaccount_login_cancelled"),
    page("3rdparty/login/error/", social.login_error, "socialaccount_login_error"),
]
if settings.ACCOUNTS["GITHUB_LOGIN"]:
    urlpatterns += github_urls
