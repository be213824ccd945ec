"""Browsers without a browser: test clients that are signed in and leave no context behind."""

import secrets
import time
from importlib import import_module
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from registry.company import tenant
from registry.company.middleware import STAFF_PREFIX
from registry.company.tenant import Context, Scope
from tests.cast import Person

MINUTES_AGO = 3600  # older than any reauthentication may be


class ForgetfulClient(Client):
    """Takes back the context after every answer.

    A request's context lasts until its transaction ends, and within a test that is the test's.
    """

    def request(self, **request: Any) -> HttpResponse:
        try:
            return super().request(**request)
        finally:
            forget("staff" if request["PATH_INFO"].startswith(STAFF_PREFIX) else "default")


def forget(alias: str) -> None:
    connection = connections[alias]
    if connection.in_atomic_block and not connection.needs_rollback:
        with tenant.using(alias):
            tenant.enter(Context())
    tenant.forget()


def sign_in(
    person: Person | User,
    *,
    mfa: bool = False,
    fresh: bool = True,
    site: str | None = None,
    client: Client | None = None,
) -> Client:
    """A client that is signed in.

    ``mfa``: with the second step, too. ``fresh``: just now, so that nothing asks to reauthenticate.
    ``site``: the connection that the person's pages read ("staff" for staff, else "default").
    """
    client = client or ForgetfulClient()
    with tenant.using(site or "default"), tenant.serving(scope=Scope.ACCOUNTS):
        user = User.objects.filter(pk=person.id).first()
    # Somebody whose account was erased keeps a cookie, too.
    session_hash = user.get_session_auth_hash() if user else secrets.token_hex()
    alias = site or ("staff" if user and user.is_staff else "default")
    with tenant.using(alias), tenant.serving(scope=Scope.ACCOUNTS):
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(person.id)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = session_hash
        session.update(authentication_records(person, mfa=mfa, fresh=fresh))
        session.save()
        if user:
            UserSession.objects.create(
                user=user, session_key=session.session_key, ip="127.0.0.1", user_agent="tests"
            )
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def authentication_records(person: Person | User, *, mfa: bool, fresh: bool) -> dict[str, Any]:
    """What allauth keeps in the session about how and when the person signed in."""
    at = time.time() - (0 if fresh else MINUTES_AGO)
    records = [{"method": "password", "at": at, "email": person.email}]
    if mfa:
        records.append({"method": "mfa", "at": at, "type": "totp"})
    if fresh:
        records.append(records[-1] | {"reauthenticated": True})
    return {
        AUTHENTICATION_METHODS_SESSION_KEY: records,
        login._AUTHENTICATION_METHODS_USER_SESSION_KEY: user_id_to_str(User(id=person.id)),
    }
