"""Answers to what is not there, or is asked in the wrong way; and the health check."""

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse

from dig1 import errors
from registry.company import access, tenant
from registry.company.tenant import Context, Scope
from tests.clients import ForgetfulClient, sign_in

UNROUTED = "/ei-ole-tallaista/"
NOT_FOUND = (UNROUTED, "/static/nope.css", "/terveys/x")


@pytest.fixture
def contexts(monkeypatch):
    """The contexts under which error pages were drawn, and the person's companies read."""
    met = []

    def noted(function):
        def noting(*arguments, **options):
            met.append(tenant.current())
            return function(*arguments, **options)

        return noting

    monkeypatch.setattr(errors, "render", noted(errors.render))
    monkeypatch.setattr(access, "companies_of", noted(access.companies_of))
    return met


# --- the health check -----------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "post", "put"])
def test_the_health_check_neither_reads_nor_ends_a_session(cast, method):
    client = sign_in(cast.a.admin)
    answer = getattr(client, method)("/terveys/")
    assert answer.status_code == (200 if method in ("get", "head") else 405)
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert client.get(reverse("companies")).status_code == 200


def test_the_health_check_says_so_when_the_database_is_gone(monkeypatch):
    def gone():
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(connections["default"], "cursor", gone)
        patch.setattr(connections["default"], "ensure_connection", gone)
        assert Client().get("/terveys/").status_code == 503


# --- 404 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOT_FOUND)
def test_what_is_not_there_signs_nobody_out(cast, path):
    client = sign_in(cast.a.admin)
    answer = client.get(path)
    assert answer.status_code == 404
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(reverse("companies")).status_code == 200


@pytest.mark.parametrize("path", NOT_FOUND)
def test_its_page_shows_the_person_and_their_companies(cast, path):
    page = sign_in(cast.a.admin).get(path).content.decode()
    assert cast.a.admin.email in page
    assert cast.a.name in page
    assert cast.b.name not in page


@pytest.mark.parametrize("path", NOT_FOUND)
def test_its_page_is_drawn_under_the_persons_own_context(cast, contexts, path):
    sign_in(cast.a.admin).get(path)
    assert set(contexts) == {Context(Scope.CUSTOMER, person=cast.a.admin.id)}
    contexts.clear()
    ForgetfulClient().get(path)
    assert set(contexts) == {Context()}


def test_a_refused_form_is_drawn_under_the_persons_own_context(cast, contexts):
    client = sign_in(cast.a.admin, client=Strict())
    answer = client.post(reverse("set_language"), {"language": "sv"})
    assert answer.status_code == 403
    assert cast.a.name in answer.content.decode()
    assert set(contexts) == {Context(Scope.CUSTOMER, person=cast.a.admin.id)}


class Strict(ForgetfulClient):
    """A browser whose forms come from another site."""

    def __init__(self) -> None:
        Client.__init__(self, enforce_csrf_checks=True)


# --- 405 ------------------------------------------------------------------------------------

TITLES = {
    "fi": "Näin sivua ei voi käyttää",
    "sv": "Sidan kan inte användas så här",
    "en": "The page cannot be used this way",
}


@pytest.mark.parametrize("language", TITLES)
def test_a_wrong_method_is_answered_by_a_page(client, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for path in (reverse("notice"), reverse("account_login")):
        answer = client.delete(path)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
        assert f"<title>{TITLES[language]}" in answer.content.decode()


def test_the_page_shows_the_person_and_their_companies_here_too(cast, sign_in):
    for path in (reverse("notice"), reverse("company", args=[cast.a.id])):
        answer = sign_in(cast.a.admin).put(path)
        assert answer.status_code == 405
        assert cast.a.name in answer.content.decode()
