"""What every test stands on: the cast, in a database of the test process, as the serving roles.

A test runs in a transaction on either connection, "default" (role dig1_web) and "staff"
(role dig1_staff), that is rolled back afterwards. Nothing is visible without a context:

    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id): ...

A test that needs real commits, threads or a server asks for ``own_database`` or ``live``.
"""

from tests import environment  # noqa: F401  (first: it prepares the settings)

# isort: split

import shutil
import socket
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from dig1.wsgi import application
from registry.company import tenant
from registry.company.tenant import Context
from tests import databases
from tests.azurite import Azurite
from tests.cast import CAST, Cast
from tests.clients import ForgetfulClient, sign_in
from tests.faults import Proxy

WITHOUT_DJANGO = Path(__file__).parent / "devdb"
OWN_DATABASE = {"own_database", "live", "aviary", "set_scene"}
SERVING = ("default", "staff")
POWERS = """
    SELECT rolname FROM pg_roles r
    WHERE rolname IN (session_user, current_user)
      AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication
           OR EXISTS (SELECT FROM pg_shdepend
                      WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid
                        AND deptype = 'o'))
"""


# --- databases -------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test may use both connections, unless it says otherwise."""
    for item in items:
        if (
            not item.path.is_relative_to(WITHOUT_DJANGO)
            and not OWN_DATABASE.intersection(getattr(item, "fixturenames", ()))
            and not item.get_closest_marker("django_db")
        ):
            item.add_marker(pytest.mark.django_db(databases=SERVING))


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this process among those of the session."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, worker: str
) -> Iterator[None]:
    """A copy of the template for this process."""
    with django_db_blocker.unblock(), databases.clone(databases.new_name(worker)):
        assert_powerless()
        with django_db_blocker.block():
            yield


def assert_powerless() -> None:
    """A superuser or an owner would pass every test of isolation."""
    for alias in SERVING:
        with connections[alias].cursor() as cursor:
            cursor.execute(POWERS)
            assert cursor.fetchall() == [], f"the tests' role on {alias!r} has powers"


@pytest.fixture
def own_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, worker: str
) -> Iterator[str]:
    """A database of the test's own, to commit to: a copy of the template, dropped afterwards."""
    name = databases.new_name(worker)
    with django_db_blocker.unblock(), databases.clone(name):
        yield name


@pytest.fixture(autouse=True)
def no_context() -> Iterator[None]:
    """A test starts without a context, and leaves none."""
    assert tenant.current() == Context(), "the test before left its context"
    assert tenant.alias() == "default", "the test before left its connection"
    yield
    tenant.forget()


# --- people ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def cast() -> Cast:
    return CAST


@pytest.fixture
def client() -> ForgetfulClient:
    """Somebody who is not signed in."""
    return ForgetfulClient()


@pytest.fixture(name="sign_in")
def sign_in_fixture() -> Callable[..., ForgetfulClient]:
    """``sign_in(cast.a.admin, mfa=True)``: see tests/clients.py."""
    return sign_in


@pytest.fixture
def quick_passwords(settings: Settings) -> None:
    """For tests that make many passwords and care about none."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# --- files -----------------------------------------------------------------------------------

numbers = count(1)


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The blob stores of the test: folders of its own, made when something is kept in them."""
    folder = tmp_path_factory.getbasetemp() / f"files{next(numbers)}"
    settings.STORAGES = settings.STORAGES | {
        alias: {"BACKEND": "dig1.folder.FolderStorage", "OPTIONS": {"location": folder / name}}
        for alias, name in (("default", "blobs"), ("journal", "journal"))
    }
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """The blob store's server of this process. Tests ask for ``azure``."""
    server = Azurite(tmp_path_factory.mktemp("azurite"))
    server.start()
    yield server
    server.stop()
    shutil.rmtree(server.folder)


@pytest.fixture
def azure(files: Path, azurite: Azurite, settings: Settings) -> Azurite:
    """The blob stores are containers of Azurite, new ones. A test may stop and start it."""
    azurite.start()
    azurite.empty()
    settings.STORAGES = settings.STORAGES | azurite.stores()
    return azurite


@pytest.fixture
def faults(azure: Azurite, settings: Settings) -> Iterator[Proxy]:
    """As ``azure``, and the way there can be made to fail: see tests/faults.py."""
    proxy = Proxy(azure.port)
    settings.STORAGES = settings.STORAGES | azure.stores(port=proxy.port)
    yield proxy
    proxy.close()


# --- servers ---------------------------------------------------------------------------------


@pytest.fixture
def live(own_database: str, settings: Settings) -> Iterator[str]:
    """The address of the service, served by threads on a database of the test's own."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(application)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    # "localhost", since passkeys don't work with an IP address.
    settings.SITE_URL = f"http://localhost:{server.server_port}"
    yield settings.SITE_URL
    server.shutdown()
    server.server_close()
    thread.join()


class Letters:
    """Keeps what a mail server has received."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def smtp(settings: Settings) -> Iterator[list[Envelope]]:
    """Mail goes over SMTP to a real server: the list of what has arrived there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    letters = Letters()
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield letters.received
    controller.stop()


# --- figures -------------------------------------------------------------------------------


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, str], None]:
    """``figure("check 11", "0 of 31 escapes")``: printed in the summary of the session."""

    def register(check: str, text: str) -> None:
        record_property("figure", f"{check}: {text}")

    return register


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    figures = {
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "figure"
    }
    if figures:
        terminalreporter.section("figures")
        for line in sorted(figures):
            terminalreporter.write_line(line)
