"""Links of invitations: the cast's own, and those found in mails."""

import re

from django.urls import reverse

from registry.company import tenant
from registry.persons import tokens
from registry.persons.inviting import invite
from registry.persons.models import Invitation


def token_of(company, secret=None):
    """The token of the invitation that the cast's company has open."""
    return tokens.make(
        organisation=company.id,
        invitation=company.row("invitation"),
        secret=(secret or company.invitation_secret).encode(),
    )


def link_of(company):
    return reverse("invitation", args=[token_of(company)])


def invited(company, email, mailoutbox, role="member"):
    """The path of the link that the company's admin mails to an address."""
    with tenant.serving(organisation=company.id, person=company.admin.id):
        invite(
            organisation=company.id,
            invited_by=company.membership(company.admin),
            email=email,
            role=role,
            office="Turku",
            position="Tietosuojavastaava",
        )
    return link_in(mailoutbox[-1])


def link_in(message):
    return re.search(r"https?://[^/\s]+(/kutsu/\S+/)\s", message.body)[1]


def invitations(company):
    with tenant.serving(organisation=company.id):
        return list(Invitation.objects.order_by("email"))
