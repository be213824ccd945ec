"""Thousands of requests, each of which leaves everything as it was.

A visitor keeps the cookie that it came with, whatever an answer sets, and what a request has
changed in the database is undone, so the order of requests means nothing.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import ClientHandler

from registry.company import tenant
from registry.company.middleware import STAFF_PREFIX
from tests.census.personas import Persona
from tests.clients import forget, sign_in

SITES = ("default", "staff")
EMPTY_FORM = {"csrfmiddlewaretoken": "as browsers send it"}


class Visitor:
    """A persona with a session on either site: within a test neither sees the other's rows."""

    def __init__(self, persona: Persona) -> None:
        self.persona = persona
        self.browsers = {site: browser(persona, site) for site in SITES}
        # Without the test client, which copies the context of every template rendered.
        self.server = ClientHandler(enforce_csrf_checks=False)

    def ask(self, method: str, path: str, data: Mapping[str, Any] = EMPTY_FORM) -> HttpResponse:
        site = "staff" if path.startswith(STAFF_PREFIX) else "default"
        send = getattr(self.browsers[site], method.lower())
        with transaction.atomic(using=site):
            try:
                return self.server(send(path, data if method == "POST" else {}).environ)
            finally:
                forget(site)
                transaction.set_rollback(True, using=site)


def browser(persona: Persona, site: str) -> RequestFactory:
    factory = RequestFactory()
    if persona.person:
        with tenant.using(site):
            client = sign_in(persona.person, mfa=persona.mfa, fresh=persona.fresh, site=site)
        name = settings.SESSION_COOKIE_NAME
        factory.cookies[name] = client.cookies[name].value
    return factory
