"""Asking for a link to one's data, finding it in the mail, and opening it."""

import re

from django.urls import reverse

from registry.company import tenant
from registry.company.tenant import Scope
from registry.rights.models import AccessLink
from tests.cast import CAST

ASK, SENT = reverse("access_link"), reverse("access_link_sent")
DATA, CLOSE = reverse("address_data"), reverse("address_close")


def ask(client, email, **more):
    return client.post(ASK, {"email": email}, **more)


def link_in(text):
    """The path of the link to one's data in a mail, or None."""
    found = re.search(r"https?://[^/\s]+(/omat-tiedot/linkki/avaa/\S+/)\s", text)
    return found and found[1]


def asked(client, email, mailoutbox):
    """The path of the link that is mailed when somebody asks for it."""
    ask(client, email)
    return link_in(mailoutbox[-1].body)


def opened(client, email, mailoutbox):
    """The same client, with the address's data open."""
    assert client.post(asked(client, email, mailoutbox)).url == DATA
    return client


def erase_url(company):
    return reverse("address_erase", args=[company.id])


def links():
    """Those that were asked for here, beside the cast's."""
    before = [CAST.a.row("accesslink"), CAST.b.row("accesslink")]
    with tenant.serving(scope=Scope.ACCOUNTS):
        return list(AccessLink.objects.exclude(pk__in=before))
