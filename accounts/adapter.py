"""How allauth behaves here."""

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import pop_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User

# Where a visitor who came by an invitation goes back to after signing in, however long that took.
RETURN_PATH = "invited_path"


class Site(NamedTuple):
    """What mails call the service: not by the name of whichever host was asked."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own behaviour, but for the few rules that differ."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Not as inherited, which needs the request: some mails leave after it, on commit."""
        site = Site("Dig1", urlsplit(settings.SITE_URL).netloc)
        context = {"email": email, "current_site": site, **context}
        self.render_mail(template_prefix, email, context).send()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return request.session.pop(RETURN_PATH, "") or super().get_login_redirect_url(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return request.session.pop(RETURN_PATH, "") or super().get_signup_redirect_url(request)

    def set_password(self, user: User, password: str) -> None:
        """Also ends a sign-up begun in this browser: it would stand in the way of signing in.

        Whoever signs up with an address that has an account is mailed so, and resets its password.
        """
        super().set_password(user, password)
        pop_login(self.request)

    def login(self, request: HttpRequest, user: User) -> None:
        """The session ends at a set time after the sign-in, whatever is done meanwhile."""
        if not is_kept(user.pk):
            raise ImmediateHttpResponse(self.turn_away(request, user))
        super().login(request, user)
        request.session.set_expiry(timedelta(seconds=settings.SESSION_COOKIE_AGE))

    def pre_login(self, request: HttpRequest, user: User, **arguments: Any) -> HttpResponse | None:
        """At the first sign-in by a mailed code, a password set before is forgotten.

        Anybody may sign up with another's address and then can't verify it; but the code verifies
        it, and would let the stranger in with the password they chose. A random one in its place
        (not none: who has none is never asked to confirm who they are) is reset over the mailbox.
        """
        if not is_kept(user.pk):
            return self.turn_away(request, user)
        records = get_authentication_records(request, user)
        if user.last_login is None and records and records[-1]["method"] == "code":
            user.set_password(secrets.token_urlsafe(32))
            user.save(update_fields=["password"])
            messages.info(
                request,
                _(
                    "For safety, a password set before this first sign-in is not valid. You can "
                    "choose a new one with “Forgot your password?” on the sign-in page."
                ),
            )
        return super().pre_login(request, user, **arguments)

    def turn_away(self, request: HttpRequest, user: User) -> HttpResponse:
        """Whose account was erased while they signed in; their session forgets them, too."""
        request.session.flush()
        return self.respond_user_inactive(request, user)


def is_kept(account: UUID) -> bool:
    """Whether the account is there still. Until the request is done an erasure waits for it."""
    rows = User.objects.select_for_update(no_key=True).filter(pk=account)
    return bool(rows.values_list("pk").first())


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of two-step sign-in encrypted in the database."""

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()


def cipher(purpose: bytes = b"mfa") -> MultiFernet:
    """Encrypts with a key derived from SECRET_KEY, decrypts with the rotated-out ones too.

    A key for each purpose, so that what was encrypted for one never decrypts as another.
    """
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(purpose + key.encode()).digest()))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
