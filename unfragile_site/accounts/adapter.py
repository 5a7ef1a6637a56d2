"""What allauth asks the site about: names, mails, where to go next, and who has to show more than a password."""

from __future__ import annotations

import html
import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import EmailVerificationStage
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme

from unfragile_site.accounts.doors import client_address, had_many_wrong_passwords, may_mail, note_wrong_password

log = logging.getLogger(__name__)

WRONG = "That log-in and password do not go together."
LATER = "That were many tries. Wait a few minutes."
#: Mails that anybody can have sent to anybody.
ASKED_FOR_BY_STRANGERS = {
    f"account/email/{name}"
    for name in (
        *("account_already_exists", "unknown_account", "password_reset_key", "login_code"),
        *("email_confirmation", "email_confirmation_signup"),
    )
}


def stays_here(url: str) -> bool:
    """Whether it is a path of this site: no host, no scheme, and nothing that a browser would take for one."""
    if not url.startswith("/") or any(ord(letter) <= 32 or letter == "\\" for letter in url):
        return False
    return url_has_allowed_host_and_scheme(url, allowed_hosts=None)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # The same for both, so that it does not tell which of them is known.
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": LATER,
        "rate_limited": LATER,
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your password.",
        "incorrect_code": "That is not the code.",
        "duplicate_email": "That is your address already.",
        "account_inactive": "This account is closed.",
        "invalid_password_reset": "That link is no longer good.",
    }

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # the pages are for people; programs have the API

    def is_safe_url(self, url: str) -> bool:
        return stays_here(url)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """A name that tells nothing of its person: people log in by their address."""
        if not user.pk:
            user.username = f"person-{get_random_string(10, 'abcdefghijkmnpqrstuvwxyz23456789')}"

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """Plain text: what the template engine escaped for HTML is taken back."""
        mail = super().render_mail(*args, **kwargs)
        mail.subject, mail.body = html.unescape(str(mail.subject)), html.unescape(str(mail.body))
        return mail

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix not in ASKED_FOR_BY_STRANGERS or may_mail(template_prefix, email):
            ours = {"email": email, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
            try:
                self.render_mail(template_prefix, email, {**context, **ours}).send()
            except OSError:  # as all that a mail server may say is; the page has a way to ask again
                log.exception("A mail could not be sent: %s.", template_prefix)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_wrong_password(credentials.get("email") or credentials.get("username") or "")

    def is_login_by_code_required(self, login: Any) -> bool:
        """After many wrong passwords, the right one and a code by mail: no guess lets anybody in, and no lock keeps
        anybody out. Whoever has a second factor, or no address to write to, has or cannot have more to show."""
        user = login.user
        by_password = self.request.resolver_match and self.request.resolver_match.url_name == "account_login"
        if user is None or not by_password or not user.email or is_mfa_enabled(user):
            return False
        return had_many_wrong_passwords(user.username, user.email)

    def get_login_stages(self) -> list[str]:
        theirs = "allauth.account.stages.EmailVerificationStage"
        ours = f"{__name__}.{VerificationStage.__name__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]


class VerificationStage(EmailVerificationStage):
    """Staff got their log-in from an operator, some without an address: nothing is left to be shown. Everybody else
    shows once that the address is theirs, before the first log-in."""

    def handle(self) -> Any:
        if self.login.user is not None and self.login.user.is_staff:
            return None, True
        return super().handle()


class GitHubAdapter(DefaultSocialAccountAdapter):
    def get_requests_session(self) -> Any:
        session = super().get_requests_session()
        session.trust_env = False  # no proxies and passwords out of the environment
        session.max_redirects = 0
        return session
