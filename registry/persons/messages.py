"""The mail that persons get: an invitation, in the language of the one who sends it."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown import markdown

from registry.company.validators import one_line
from registry.persons.models import Invitation

TEXTS = Path(__file__).parent / "texts"


def send_invitation(invitation: Invitation, token: str) -> None:
    """Raises OSError if the mail server does not take the message."""
    company = invitation.organisation
    context: dict[str, Any] = {
        "company": one_line(company.name),
        "business_id": company.business_id,
        "link": absolute(reverse("invitation", args=[token])),
        "expires_at": invitation.expires_at,
        "information": plain(information()),
    }
    EmailMessage(
        subject=_("Invitation to join %(company)s in the Dig1 service") % context,
        body=render_to_string("mail/invitation.txt", context),
        to=[invitation.email],
    ).send()


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def information() -> str:
    """What GDPR Article 14 wants told to somebody whose data came from another; Markdown."""
    text = article_14(get_language())
    for name, page in (("{notice_url}", "notice"), ("{own_url}", "access_link")):
        text = text.replace(name, f"<{absolute(reverse(page))}>")
    return text


def information_html() -> SafeString:
    return mark_safe(markdown(information()))  # noqa: S308  (a text of ours, in the repository)


@cache
def article_14(language: str) -> str:
    return (TEXTS / f"invitation.{language}.md").read_text(encoding="utf-8")


def plain(text: str) -> str:
    """Markdown as plain text: readable as it is, but for the marks of headings and emphasis."""
    for mark in ("## ", "**", "<", ">"):
        text = text.replace(mark, "")
    return text.strip()
