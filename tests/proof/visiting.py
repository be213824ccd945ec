"""Thousands of requests, each of which leaves everything as it was.

A browser keeps the cookie that it came with, whatever an answer sets, and what a request has
changed in the database is undone, so the order of requests means nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.urls import resolve

from registry.company import tenant
from registry.company.middleware import STAFF_PREFIX
from tests.census.matrix import Outcome
from tests.census.personas import Persona
from tests.clients import sign_in

SITES = ("default", "staff")
EMPTY_FORM = {"csrfmiddlewaretoken": "as browsers send it"}


class Visits:
    """Everybody with a session on either site: within a test neither sees the other's rows."""

    def __init__(self, personas: Sequence[Persona]) -> None:
        self.browsers = {(p.name, site): browser(p, site) for p in personas for site in SITES}
        # Without the test client, which copies the context of every template rendered.
        self.server = ClientHandler(enforce_csrf_checks=False)
        self.marks = {site: transaction.savepoint(using=site) for site in SITES}

    def ask(
        self, who: Persona, method: str, path: str, data: Mapping[str, Any] = EMPTY_FORM
    ) -> HttpResponse:
        site = "staff" if path.startswith(STAFF_PREFIX) else "default"
        send = getattr(self.browsers[who.name, site], method.lower())
        try:
            return self.server(send(path, data if method == "POST" else {}).environ)
        finally:
            transaction.savepoint_rollback(self.marks[site], using=site)
            tenant.forget()


def browser(persona: Persona, site: str) -> RequestFactory:
    factory = RequestFactory()
    if persona.person:
        with tenant.using(site):
            client = sign_in(persona.person, mfa=persona.mfa, fresh=persona.fresh, site=site)
        name = settings.SESSION_COOKIE_NAME
        factory.cookies[name] = client.cookies[name].value
    return factory


def outcome(response: HttpResponse) -> Outcome:
    """The status, or the name of the page that a redirect leads to."""
    if response.status_code in (301, 302):
        return resolve(response.url.split("?")[0]).view_name
    return response.status_code
