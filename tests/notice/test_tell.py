"""Who signed up before a new version is told of it at the next sign-in, until they have read it."""

import json
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from registry.company import tenant
from registry.company.tenant import Scope
from registry.notice.approved import latest, versions
from registry.notice.approving import approve
from registry.notice.models import NoticeShown
from registry.notice.telling import KEY
from tests.accounts.flows import log_in
from tests.cast import CAST, PASSWORD
from tests.clients import ForgetfulClient
from tests.erasing import erase_company
from tests.noticing import CHANGES, LONG_AGO, approve_next, join
from tests.persons.selects import selects

pytestmark = pytest.mark.usefixtures("kept")

PAGE = reverse("companies")
TOLD = 'id="notice-news"'


def signed_in(person=CAST.a.member):
    client = ForgetfulClient()
    client.cookies["django_language"] = "en"
    assert log_in(client, person.email).status_code == 302
    return client


def page_of(client, url=PAGE):
    answer = client.get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def read(client, version=None, to=PAGE):
    form = {"version": version or latest().name, "next": to}
    return client.post(reverse("notice_read"), form)


def told_of(person=CAST.a.member):
    with tenant.serving(scope=Scope.ACCOUNTS):
        shown = NoticeShown.objects.filter(user=person.id).order_by("version")
        return [str(version) for version in shown.values_list("version", flat=True)]


@pytest.fixture
def old_account():
    join(CAST.a.member, LONG_AGO)


@pytest.fixture
def news(old_account):
    """An account from before a new version."""
    return approve_next()


def test_a_new_version_is_told_on_the_first_page_after_signing_in(news):
    page = page_of(signed_in())
    assert TOLD in page
    assert CHANGES["en"] in page
    assert reverse("notice_version", args=[news.name]) in page


def test_it_is_told_until_it_is_read(news):
    client = signed_in()
    assert TOLD in page_of(client)
    assert TOLD in page_of(client, reverse("company", args=[CAST.a.id]))
    client.post(reverse("account_logout"))
    assert TOLD in page_of(signed_in())


def test_once_read_it_is_told_no_more(news):
    client = signed_in()
    answer = read(client, to=reverse("company", args=[CAST.a.id]))
    assert answer.url == reverse("company", args=[CAST.a.id])
    assert TOLD not in page_of(client)
    assert TOLD not in page_of(signed_in())
    assert told_of() == [news.name]


def test_reading_it_twice_is_reading_it_once(news):
    client, other_window = signed_in(), signed_in()
    for one in (client, client, other_window):
        assert read(one).status_code == 302
    assert told_of() == [news.name]


def test_several_versions_are_told_at_once(old_account):
    first = approve_next()
    second = approve_next(dict.fromkeys(CHANGES, "And more."))
    page = page_of(signed_in())
    assert page.index("And more.") < page.index(CHANGES["en"])
    assert f'name="version" value="{second.name}"' in page
    assert first.name in page


def test_only_what_was_shown_counts_as_read(old_account):
    """A version that was released while the page stood open is told on the next page."""
    client = signed_in()
    shown = approve_next()
    assert TOLD in page_of(client)
    newer = approve_next(dict.fromkeys(CHANGES, "And more."))
    read(client, shown.name)
    page = page_of(client)
    assert "And more." in page and CHANGES["en"] not in page
    assert told_of() == [shown.name]
    read(client, newer.name)
    assert TOLD not in page_of(client)


def test_nobody_is_told_of_a_version_that_reads_as_the_one_before(old_account):
    client = signed_in()
    read(client, latest().name)
    approve(on=latest().date + timedelta(days=1), changes=CHANGES)
    assert TOLD not in page_of(client)
    approve_next()
    assert page_of(client).count(CHANGES["en"]) == 1


@pytest.mark.parametrize("version", ["", "1999-12-31", "nonsense"])
def test_no_other_version_is_noted(news, version):
    client = signed_in()
    assert client.post(reverse("notice_read"), {"version": version}).url == reverse("home")
    assert told_of() == []
    assert TOLD in page_of(client)


def test_nobody_is_told_of_the_first_version(old_account, kept):
    index = kept / "index.json"
    index.write_text(json.dumps(json.loads(index.read_text(encoding="utf-8"))[:1]))
    versions.cache_clear()
    assert TOLD not in page_of(signed_in())


@pytest.mark.parametrize(("days", "told"), [(-1, True), (0, False), (1, False)])
def test_who_joined_on_the_day_or_later_has_found_it(days, told):
    version = approve_next()
    join(CAST.a.member, version.date + timedelta(days=days))
    assert (TOLD in page_of(signed_in())) is told


def test_it_takes_a_form_with_a_token(news):
    client = signed_in()
    client.handler.enforce_csrf_checks = True
    assert read(client).status_code == 403
    assert told_of() == []


def test_guests_are_told_nothing_and_cannot_say_they_have_read(client, news):
    assert TOLD not in page_of(client, reverse("notice"))
    answer = read(client)
    assert answer.url.startswith(reverse("account_login"))


def test_the_staff_site_tells_nothing(sign_in):
    approve_next()
    join(CAST.staff.support, LONG_AGO)
    client = sign_in(CAST.staff.support, mfa=True)
    assert TOLD not in page_of(client, reverse("admin:index"))


def test_the_language_is_the_reader_s(news):
    client = signed_in()
    client.cookies["django_language"] = "sv"
    assert CHANGES["sv"] in page_of(client)


# --- what it costs -----------------------------------------------------------------------------


def reads_of_the_table(found):
    return [sql for sql in found if "notice_noticeshown" in sql]


def test_signing_in_asks_once_and_pages_never(news):
    read(signed_in())
    client = ForgetfulClient()
    with selects() as found:
        log_in(client, CAST.a.member.email, PASSWORD)
    assert len(reads_of_the_table(found)) == 1
    with selects() as found:
        for url in (PAGE, reverse("inspection"), reverse("company", args=[CAST.a.id])):
            client.get(url)
    of_pages = [sql for sql in reads_of_the_table(found) if "jsonb_agg" not in sql]
    assert of_pages == []  # self-inspection, which shows it, aside


def test_who_joined_since_the_newest_version_costs_no_question():
    client = ForgetfulClient()
    with selects() as found:
        log_in(client, CAST.a.member.email, PASSWORD)
    assert reads_of_the_table(found) == []
    with tenant.serving(scope=Scope.ACCOUNTS):
        assert client.session[KEY] == latest().name


def test_telling_costs_a_page_no_query(news, django_assert_num_queries):
    client = signed_in()
    client.get(PAGE)
    with selects() as told:
        assert TOLD in page_of(client)
    read(client)
    with selects() as untold:
        assert TOLD not in page_of(client)
    assert len(told) == len(untold)


# --- the record --------------------------------------------------------------------------------


def test_the_person_sees_what_they_were_told_of(news):
    client = signed_in()
    title = "ersions of the privacy notice that have been read"
    assert title not in page_of(client, reverse("inspection"))
    read(client)
    assert title in page_of(client, reverse("inspection"))


def test_after_erasure_nothing_of_it_is_left(own_database):
    version = approve_next()
    everybody = [person for person, _role in CAST.c.people]
    with tenant.serving(scope=Scope.ACCOUNTS):
        for person in everybody:
            NoticeShown.objects.create(user_id=person.id, version=version.date)
    assert erase_company(CAST.c, by=CAST.c.admin).certified_at
    with tenant.serving(scope=Scope.ACCOUNTS):
        assert not NoticeShown.objects.exists()


def test_nobody_sees_or_writes_what_others_were_told(news):
    read(signed_in())
    with tenant.serving(person=CAST.a.reader.id):
        assert not NoticeShown.objects.exists()
    with tenant.serving(person=CAST.a.member.id):
        assert NoticeShown.objects.count() == 1
