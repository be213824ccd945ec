"""What the service logs: never an address of a person, nor a link that lets its holder in."""

import io
import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError
from django.urls import reverse
from gunicorn.config import Config

from dig1.gunicorn import PersonlessLog
from tests.clients import sign_in
from tests.dig1.test_answer_errors import Strict
from tests.persons.links import link_of, token_of

EMAIL = "matti.meikalainen@yritys.example"


@pytest.fixture
def printed(monkeypatch):
    """What reaches stderr."""
    handler = next(h for h in logging.getLogger().handlers if h.name == "stderr")
    stream = io.StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    return stream.getvalue


def test_a_wrong_method_logs_no_live_link(cast, client, printed):
    client.put(link_of(cast.a))
    assert "Method Not Allowed (PUT): /kutsu/…/" in printed()
    assert token_of(cast.a) not in printed()


def test_a_refused_form_logs_no_live_link(cast, printed):
    sign_in(cast.stranger, client=Strict()).post(link_of(cast.a))
    assert "Forbidden (CSRF cookie not set.): /kutsu/…/" in printed()
    assert token_of(cast.a) not in printed()


def test_a_dead_link_is_not_logged_either(cast, client, printed):
    token = token_of(cast.d)
    client.get(reverse("invitation", args=[token]))
    assert "Gone: /kutsu/…/" in printed()
    assert token not in printed()


@pytest.mark.parametrize(
    "path",
    [f"/{EMAIL}", f"/haku/{EMAIL}/", "/matti.meikalainen%40yritys.example", f"/Matti M {EMAIL}"],
)
def test_a_typed_address_is_not_logged(client, printed, path):
    client.get(path)
    assert "Not Found: /" in printed()
    for word in ("matti", "Matti", "yritys.example"):
        assert word not in printed()


def test_an_address_in_an_error_of_the_database_is_not_logged(printed):
    try:
        raise IntegrityError(f"Key (email)=({EMAIL}) already exists.")
    except IntegrityError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/tili/")
    assert "Internal Server Error: /tili/" in printed()
    assert "IntegrityError: Key … already exists." in printed()
    assert EMAIL not in printed()


def test_identifiers_stay_so_that_faults_can_be_found(cast, client, printed):
    path = f"/yritykset/{cast.a.id}/ei-ole/"
    client.get(path)
    assert f"Not Found: {path}" in printed()


def test_the_access_log_hides_the_same():
    log = PersonlessLog(Config())
    response = SimpleNamespace(status="200 OK", sent=0, headers=[])
    request = SimpleNamespace(headers=[])
    shown = {}
    for path in ("/kutsu/" + 50 * "x" + "/", f"/{EMAIL}/", "/tili/", "/a\nb/"):
        environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "RAW_URI": path}
        environ |= {"SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "192.0.2.1"}
        shown[path] = log.atoms(response, request, environ, timedelta(seconds=1))["U"]
    assert [*shown.values()] == ["/kutsu/…/", "/…/", "/tili/", "/a%0Ab/"]


def test_faults_of_the_server_hide_the_same():
    log = PersonlessLog(Config())
    stream = io.StringIO()
    log.error_log.addHandler(logging.StreamHandler(stream))
    log.error("Error handling request %s %s", "GET", f"/kutsu/{50 * 'x'}/?email={EMAIL}")
    assert stream.getvalue() == "Error handling request GET /kutsu/…/…\n"
