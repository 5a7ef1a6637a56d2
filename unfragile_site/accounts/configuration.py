"""The settings of django-allauth. settings.py asks for them; docs/reference/settings.md explains the variables."""

from __future__ import annotations

from typing import Any

import environ

APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",  # has addresses only where GITHUB_CLIENT_ID is set, see urls.py
]
VALIDATION = "django.contrib.auth.password_validation"
HERE = "unfragile_site.accounts"

#: Everything that allauth would count in the cache by itself is counted at our doors, atomically: see doors.py. Left is
#: how soon the same address gets another mail with a link.
COUNTED_AT_OUR_DOORS = (
    *("login", "login_failed", "signup", "reset_password", "reset_password_from_key", "request_login_code"),
    *("change_password", "manage_email", "reauthenticate"),
)


def accounts(env: environ.Env, site_name: str, testing: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """What our own modules ask for, and the settings of allauth and Django."""
    client, secret = env("GITHUB_CLIENT_ID", default=""), env("GITHUB_SECRET", default="")
    ours = {
        # Seconds that refused log-ins, sign-ups and resets take at the least, so that time tells nothing of an address.
        "STEADY_SECONDS": 0.0 if testing else 1.0,
        "GITHUB_LOGIN": bool(client and secret),
        "GITHUB_HALF_SET": bool(client) != bool(secret),
    }
    return ours, {
        "AUTHENTICATION_BACKENDS": [f"{HERE}.backend.OneHashBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
            {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
            {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "account-home",
        "ACCOUNT_ADAPTER": f"{HERE}.adapter.AccountAdapter",
        "ACCOUNT_FORMS": {
            name: f"{HERE}.forms.{form}"
            for name, form in {
                "login": "LoginForm", "signup": "SignupForm", "add_email": "AddEmailForm",
                "change_password": "ChangePasswordForm", "set_password": "SetPasswordForm",
                "reset_password": "ResetPasswordForm", "reset_password_from_key": "ResetPasswordKeyForm",
                "reauthenticate": "ReauthenticateForm", "confirm_login_code": "ConfirmLoginCodeForm",
            }.items()
        },
        "ACCOUNT_LOGIN_METHODS": {"email", "username"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],  # a name of one's own would tell which names are taken
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_CHANGE_EMAIL": True,  # one address each; a new one takes its place once it is confirmed
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 600,  # seconds
        "ACCOUNT_LOGIN_BY_CODE_TIMEOUT": 900,  # seconds; the code is asked for only after many wrong passwords
        "ACCOUNT_RATE_LIMITS": {**dict.fromkeys(COUNTED_AT_OUR_DOORS), "confirm_email": "1/3m/key"},
        "MFA_ADAPTER": f"{HERE}.second_factor.SecondFactorAdapter",
        "MFA_FORMS": {
            "authenticate": f"{HERE}.forms.AuthenticateForm",
            "reauthenticate": f"{HERE}.forms.ReauthenticateByCodeForm",
            "activate_totp": f"{HERE}.forms.ActivateForm",
        },
        "MFA_TOTP_ISSUER": site_name,
        # Nobody is signed in before their address is theirs, but for staff, whom an operator knows: see adapter.py.
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "SOCIALACCOUNT_ADAPTER": f"{HERE}.adapter.GitHubAdapter",
        "SOCIALACCOUNT_FORMS": {"signup": f"{HERE}.forms.GitHubSignupForm"},
        "SOCIALACCOUNT_PROVIDERS": {
            "github": {
                "APPS": [{"client_id": client, "secret": secret, "key": ""}] if client and secret else [],
                "SCOPE": ["user:email"],
                "OAUTH_PKCE_ENABLED": True,
            }
        },
    }  # fmt: skip
