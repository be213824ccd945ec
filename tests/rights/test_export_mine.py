"""The download of my data: made while it is sent, whoever else does what meanwhile."""

import http.client
import time
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings as configured
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.urls import reverse
from django.utils.crypto import get_random_string

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Context
from tests.proof.canary import all_powerful
from tests.rights.exporting import Package

URL = reverse("export_me")


def test_the_page_says_what_is_in_it(cast, sign_in):
    page = sign_in(cast.a.member).get(URL)
    assert page.status_code == 200
    assert b"JSON" in page.content


def test_the_download_is_streamed_and_holds_my_data(cast, sign_in):
    answer = sign_in(cast.a.member).post(URL)
    assert answer.status_code == 200
    assert answer.streaming
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="dig1-')
    assert "member" not in answer.headers["Content-Disposition"]
    package = Package(b"".join(answer.streaming_content))
    package.check()
    assert package.json("accounts_user")[0]["email"] == cast.a.member.email
    assert package.manifest["kind"] == "person"
    assert tenant.current() == Context()


def test_it_speaks_the_language_of_the_page(cast, sign_in):
    client = sign_in(cast.a.member)
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = "sv"
    package = Package(b"".join(client.post(URL).streaming_content))
    assert "kundregister" in package.text("README.txt")
    assert '<html lang="sv">' in package.text("index.html")


def test_staff_and_people_without_a_company_have_theirs_too(cast, sign_in):
    for person in (cast.stranger, cast.staff.support):
        client = sign_in(person, mfa=person is not cast.stranger, site="default")
        package = Package(b"".join(client.post(URL).streaming_content))
        assert [row["email"] for row in package.json("accounts_user")] == [person.email]


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_signed_in_long_ago_confirms_first(cast, sign_in, method):
    answer = getattr(sign_in(cast.a.member, fresh=False), method)(URL)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_where_a_company_requires_two_steps_so_does_the_download(cast, sign_in):
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        Organisation.objects.filter(pk=cast.a.id).update(mfa_required=True)
    answer = sign_in(cast.a.member).post(URL)
    assert (answer.status_code, answer.url) == (302, reverse("mfa_index"))


def test_the_inspection_page_and_the_erasure_lead_to_it(cast, sign_in):
    client = sign_in(cast.a.member)
    for name in ("inspection", "erase_me"):
        assert f'href="{URL}"' in client.get(reverse(name)).content.decode()


# --- over a real line ----------------------------------------------------------------------------


@pytest.fixture
def many_changes(own_database, cast):
    """100,000 rows about the member, which no compression makes small."""
    with all_powerful(own_database) as admin:
        admin.execute(
            "INSERT INTO company_change"
            " (organisation_id, at, table_name, row_id, columns, changed_by, by_staff)"
            " SELECT %s, now(), 'persons_membership', gen_random_uuid(),"
            " ARRAY[md5(random()::text), md5(random()::text)], %s, false"
            " FROM generate_series(1, 100000)",
            [cast.a.id, cast.a.member.id],
        )
        yield admin


def begin_download(address, client):
    """The answer, of which nothing has been read."""
    token = get_random_string(CSRF_SECRET_LENGTH)
    cookies = {
        configured.SESSION_COOKIE_NAME: client.cookies[configured.SESSION_COOKIE_NAME].value,
        configured.CSRF_COOKIE_NAME: token,
    }
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request(
        "POST",
        URL,
        urlencode({"csrfmiddlewaretoken": token}),
        {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    return connection.getresponse()


def at_work(admin):
    """The sessions of the customers' role that have a transaction open."""
    return admin.execute(
        "SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'virtualxid'"
        " AND datname = current_database() AND usename = 'dig1_web'"
    ).fetchall()


def test_what_was_stored_when_it_began_is_what_is_downloaded(live, cast, sign_in, many_changes):
    """An erasure meanwhile waits for nobody, and what is on its way arrives whole."""
    answer = begin_download(live, sign_in(cast.a.member))
    assert answer.status == 200
    data = answer.read(100_000)
    assert at_work(many_changes)
    many_changes.execute("SET session_replication_role = replica")
    many_changes.execute("DELETE FROM persons_membership WHERE user_id = %s", [cast.a.member.id])
    many_changes.execute("DELETE FROM company_change")
    package = Package(data + answer.read())
    package.check()
    assert len(package.json("company_change")) > 100_000
    assert len(package.json("persons_membership")) == 1
    assert not at_work(many_changes)


def test_who_hangs_up_leaves_nothing_open(live, cast, sign_in, many_changes):
    answer = begin_download(live, sign_in(cast.a.member))
    answer.read(1000)
    assert at_work(many_changes)
    answer.close()
    deadline = time.monotonic() + 20
    while at_work(many_changes) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not at_work(many_changes)
    answer = begin_download(live, sign_in(cast.a.reader))
    assert Package(answer.read()).json("accounts_user")[0]["email"] == cast.a.reader.email
