"""The forms of the account pages: allauth's, in our words and looks."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.socialaccount import forms as social
from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest

LABELS = {
    "login": "E-mail address or user name",
    "email": "E-mail address",
    "password": "Password",
    "password1": "New password",
    "password2": "New password, once more",
    "oldpassword": "Password as it is now",
    "remember": "Keep me signed in on this device for two weeks",
    "code": "Code",
}


class Plainly:
    """Labels instead of placeholders, which vanish when one begins to type."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "field"


class LoginForm(Plainly, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # the page has the link
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["login"].widget.attrs["maxlength"] = 254


class SignupForm(Plainly, account.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "Password"

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])  # takes the time that a new account would take
        return super().try_save(request)


class AddEmailForm(Plainly, account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New e-mail address"


class ChangePasswordForm(Plainly, account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(Plainly, account.SetPasswordForm): ...


class ResetPasswordForm(Plainly, account.ResetPasswordForm): ...


class ResetPasswordKeyForm(Plainly, account.ResetPasswordKeyForm): ...


class ReauthenticateForm(Plainly, account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ConfirmLoginCodeForm(Plainly, account.ConfirmLoginCodeForm): ...


class AuthenticateForm(Plainly, mfa.AuthenticateForm): ...


class ReauthenticateByCodeForm(Plainly, mfa.ReauthenticateForm): ...


class ActivateForm(Plainly, totp.ActivateTOTPForm): ...


class GitHubSignupForm(Plainly, social.SignupForm): ...
