"""kill -9 of the web process between and inside the request that orders an erasure (check 47)."""

import socket
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests import databases
from tests.clients import sign_in
from tests.fault import orders
from tests.fault.doomed import Fate, begin, web
from tests.fault.scene import NEVER, PATIENCE_SECONDS
from tests.rights.confirming import company_url, fingerprint_of

pytestmark = pytest.mark.fault


class Browser:
    """Somebody who has the page of the preview open, and clicks."""

    def __init__(self, port, client, url):
        self.port, self.url = port, url
        page = client.get(url)
        token = str(page.context["csrf_token"])
        self.form = {
            "company_name": page.context["form"].name,
            "fingerprint": fingerprint_of(page),
            "csrfmiddlewaretoken": token,
        }
        self.cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())

    def click(self):
        """Status and address of the answer; None if there is none."""
        connection = HTTPConnection("localhost", self.port, timeout=PATIENCE_SECONDS)
        headers = {
            "Cookie": self.cookies,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://localhost:{self.port}",
        }
        try:
            connection.request("POST", self.url, urlencode(self.form), headers)
            answer = connection.getresponse()
            return answer.status, answer.headers["Location"]
        except (HTTPException, ConnectionError):
            return None
        finally:
            connection.close()


@pytest.fixture(scope="module")
def scene(set_scene):
    return set_scene(orders.nothing)


def opened(stage, listener, cast):
    """The page of company B's erasure, open in the browser of its admin who is in A too, and so
    is not signed out by the order."""
    with databases.connected_to(stage.admin.info.dbname):
        client = sign_in(cast.accountant, mfa=True)
        port = listener.getsockname()[1]
        return Browser(port, client, company_url(cast.b))


def events_of_an_order(scene, listener, cast):
    with scene.copied() as stage:
        browser = opened(stage, listener, cast)
        process = begin(web, Fate(stage.place), listener)
        assert browser.click()[0] == 302, stage.log()
        process.kill()
        process.join()
        return stage.events()


def test_an_order_whose_web_server_is_killed_anywhere_is_placed_once(scene, cast, figure):
    with socket.create_server(("127.0.0.1", 0)) as listener, scene.copied() as stage:
        events = events_of_an_order(scene, listener, cast)
        assert events[-1].name == "committed"
        browser = opened(stage, listener, cast)
        before = stage.digest()
        for event in events:
            assert stage.digest() == before, f"half an order before {event}"
            process = begin(web, Fate(stage.place, event), listener)
            assert browser.click() is None
            process.join(PATIENCE_SECONDS)
            assert process.exitcode == -9, stage.log()
        process = begin(web, Fate(stage.place, NEVER), listener)
        answers = [browser.click() for _ in range(3)]
        process.kill()
        process.join()
        assert answers == [(302, reverse("company_locked", args=[cast.b.id]))] * 3
        assert stage.ordered(cast.b) == 1
        assert sorted(stage.ending().queued) == [
            "registry.rights.jobs.advance_erasure",
            *["registry.rights.telling.tell_admin"] * 2,
        ]
    figure("check 47", f"{len(events)} kills of the web server in an order, then 3 clicks: 1 order")
