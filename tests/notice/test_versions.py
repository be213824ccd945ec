"""Everybody can read every version as it was, and check that it is."""

from hashlib import sha256
from html import unescape

import pytest
from django.urls import reverse

from registry.notice.approved import latest, versions
from registry.notice.document import LANGUAGES
from tests.noticing import approve_next

PAGES = ("notice", "notice_versions", "notice_version", "notice_file")


def address(name):
    version, language = latest().name, "fi"
    keys = {
        "notice_version": {"version": version},
        "notice_file": {"version": version, "language": language},
    }
    return reverse(name, kwargs=keys.get(name))


def get(client, url, language="en"):
    client.cookies["django_language"] = language
    return client.get(url)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_says_its_version_and_its_hash(client, language):
    page = get(client, reverse("notice"), language).content.decode()
    assert latest().documents[language] in page
    assert latest().plan_hash in page
    assert latest().content(language).decode() in page


def test_the_date_of_the_version_is_on_the_page(client):
    day = latest().date
    page = get(client, reverse("notice"), "fi").content.decode()
    assert f"{day.day}.{day.month}.{day.year}" in page or day.isoformat() in page


def test_all_versions_are_listed_the_newest_first(client, kept):
    newer = approve_next()
    page = unescape(get(client, reverse("notice_versions")).content.decode())
    places = [page.index(reverse("notice_version", args=[v.name])) for v in versions()[::-1]]
    assert places == sorted(places)
    for version in versions():
        assert version.documents["en"] in page
        assert version.changes["en"] in page
    assert newer.changes["en"] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_earlier_version_is_shown_as_it_was(client, kept, language):
    old = latest()
    path = kept / old.name / f"{language}.html"
    as_it_was = path.read_text(encoding="utf-8")
    approve_next()
    page = get(client, reverse("notice_version", args=[old.name]), language).content.decode()
    assert as_it_was in page
    assert old.documents[language] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_has_the_published_digest(client, language):
    answer = client.get(reverse("notice_file", args=[latest().name, language]))
    assert sha256(answer.content).hexdigest() == latest().documents[language]
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("notice_version", ["1999-12-31"]),
        ("notice_version", ["index"]),
        ("notice_file", ["1999-12-31", "fi"]),
        ("notice_file", [latest().name, "de"]),
    ],
)
def test_what_does_not_exist_is_not_found(client, name, args):
    assert client.get(reverse(name, args=args)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_it_needs_no_rows_of_anybody(client, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        assert client.get(address(name)).status_code == 200
