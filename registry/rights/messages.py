"""The mail about an erasure: to every admin of the company, so that none can be erased unseen; and
to whoever ordered one that could not be done."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.rights.capability import token_of
from registry.rights.models import ErasureRun

TEXTS = Path(__file__).parent / "texts"


def tell_admin(
    *, run: UUID, organisation: UUID, membership: UUID, what: str, language: str
) -> None:
    """Send the text ``what`` ("ordered", "called_off") to one of the company's admins.

    The address of the page that shows how it goes is in it, since nobody can be written to when it
    is done. Nothing is sent to an admin who is gone already. Raises OSError if the mail server does
    not take the message.
    """
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        company = Organisation.objects.get(pk=organisation)
        erasure = ErasureRun.objects.get(pk=run)
        admin = company.memberships.filter(pk=membership).values("user__email").first()
    if admin is None:
        return
    with override(language):
        facts = {
            "company": company.name,
            "until": date_format(timezone.localtime(erasure.not_before), "SHORT_DATETIME_FORMAT"),
            "company_page": absolute(reverse("company_locked", args=[organisation])),
            "company_home": absolute(reverse("company", args=[organisation])),
        }
    send(what, erasure, admin["user__email"], language, **facts)


def tell_refused(*, run: UUID, organisation: UUID | None, person: UUID) -> None:
    """Tell whoever ordered an erasure that it could not be done, why, and where to complain
    (GDPR Article 12(4)). Nothing is sent to somebody who is gone. Raises OSError as above."""
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        erasure = ErasureRun.objects.get(pk=run)
        email = get_user_model().objects.filter(pk=person).values_list("email", flat=True).first()
    if email:
        page = absolute(reverse("contact"))
        send("refused", erasure, email, erasure.language, contact_page=page)


def send(what: str, erasure: ErasureRun, email: str, language: str, **facts: str) -> None:
    subject, body = text(f"erasure_{what}.{language}").split("\n", 1)
    facts["erasure_page"] = absolute(reverse("erasure", args=[token_of(erasure)]))
    EmailMessage(subject.format(**facts), body.strip().format(**facts), to=[email]).send()


def text(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_text(encoding="utf-8")


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
