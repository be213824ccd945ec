"""The mail about requests for correction: to those who answer one, and to whoever has asked.

No value is in it, and not which value it is about: that stands in the service, behind a sign-in.
"""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.company.validators import one_line
from registry.rights.messages import absolute, text
from registry.rights.models import CorrectionRequest


def tell_of_request(*, request: UUID, organisation: UUID, membership: UUID) -> None:
    """Tell an admin that somebody asks them. Nothing is sent if it is withdrawn or answered, or
    the admin is gone. Raises OSError if the mail server does not take the message."""
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        row = CorrectionRequest.objects.filter(pk=request, decided_at=None).first()
        company = Organisation.objects.get(pk=organisation)
        members = company.memberships.filter(pk=membership)
        email = members.values_list("user__email", flat=True).first()
    if row and email:
        page = absolute(reverse("correction", args=[organisation, request]))
        send("asked", row, email, company=one_line(company.name), page=page)


def tell_requester(*, request: UUID, organisation: UUID | None) -> None:
    """Tell the person that they have an answer. Nothing is sent to somebody who is gone. Raises
    OSError as above."""
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=organisation):
        row = CorrectionRequest.objects.filter(pk=request).first()
        users = get_user_model().objects.filter(pk=row.person_id if row else None)
        email = users.values_list("email", flat=True).first()
    if row and email:
        send(row.outcome, row, email, page=absolute(reverse("inspection")))


def send(what: str, request: CorrectionRequest, email: str, **facts: str) -> None:
    """Send the text ``what`` ("asked", "accepted", "refused") in the request's language."""
    with override(request.language):
        subject, body = text(f"correction_{what}.{request.language}").split("\n", 1)
        facts |= {
            "made_on": date_format(timezone.localtime(request.made_at), "SHORT_DATE_FORMAT"),
            "due_on": date_format(request.due_on, "SHORT_DATE_FORMAT"),
        }
        EmailMessage(subject.format(**facts), body.strip().format(**facts), to=[email]).send()
