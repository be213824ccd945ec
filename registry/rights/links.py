"""A link to what is stored about an address, mailed to exactly that address (GDPR Articles 12(6)
and 15): whoever reads its mail has shown who they are. Good once and for 15 minutes.

Every address that is asked about gets one mail, so that neither the answer nor the time it takes
tells whether something is stored about it.
"""

import hashlib
import logging
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights.contacts import has_account, is_stored
from registry.rights.messages import absolute, text
from registry.rights.models import AccessLink

logger = logging.getLogger(__name__)

LIFETIME = timedelta(minutes=15)


def answer(*, email: str) -> None:
    """Mail the address a link if something is stored about it, and otherwise that nothing is.

    Somebody with an account is led to the sign-in, which two steps may protect. Raises
    ValidationError if the mail server takes no mail; then nothing is stored either.
    """
    account, stored = has_account(email=email), is_stored(email=email)
    try:
        with transaction.atomic(using=tenant.alias()):
            if account:
                send("account", email, page=reverse("account_login"))
            elif stored:
                send("data", email, page=reverse("access_link_open", args=[new_link(email)]))
            else:
                send("nothing", email, page=reverse("notice"))
    except OSError as error:  # all of smtplib's errors are
        logger.warning("link to one's own data not sent: %s", type(error).__name__)
        raise ValidationError(_("The message could not be sent. Try again in a moment.")) from error


def send(what: str, email: str, *, page: str) -> None:
    subject, body = text(f"access_link_{what}.{get_language()}").split("\n", 1)
    facts = {"email": email, "page": absolute(page), "contact_page": absolute(reverse("contact"))}
    EmailMessage(subject, body.strip().format(**facts), to=[email]).send()


def new_link(email: str) -> str:
    """Store a new link; its secret is returned, and lies nowhere else."""
    secret = secrets.token_urlsafe(32)
    with tenant.serving(scope=Scope.ACCOUNTS):
        AccessLink.objects.create(
            email=email, secret_digest=digest(secret), expires_at=Now() + LIFETIME
        )
    return secret


def is_good(*, secret: str) -> bool:
    with tenant.serving(scope=Scope.ACCOUNTS):
        return good(secret).exists()


def use(*, secret: str) -> str | None:
    """Use the link up, and tell the address that it was mailed to; None if it is not good."""
    with tenant.serving(scope=Scope.ACCOUNTS):
        email = good(secret).values_list("email", flat=True).first()
        # Of two at once, the second waits here and then finds nothing to delete.
        return email if email and good(secret).delete()[0] else None


def good(secret: str) -> QuerySet[AccessLink]:
    return AccessLink.objects.filter(secret_digest=digest(secret), expires_at__gt=Now())


def digest(secret: str) -> bytes:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).digest()
