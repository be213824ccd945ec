"""The pages that everybody may read."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import translation

from registry.declarations.plan import plan
from registry.declarations.vocabulary import Recipient, Section
from registry.notice.annex import annex


@pytest.mark.parametrize("name", ["notice", "accessibility", "contact", "cookies"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_it_is_open_to_everybody_in_each_language(client, name, language):
    client.cookies["django_language"] = language
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


def test_the_annex_names_every_stored_column_of_personal_data():
    named = {name for chapter in annex(plan()) for row in chapter.rows for name in row.names}
    stored = {str(column.label) for table in plan().tables for column in table.personal_columns}
    assert named == stored


def test_the_annex_follows_the_notice_s_order():
    sections = [chapter.section for chapter in annex(plan())]
    assert sections == list(Section)


def test_the_notice_page_has_the_notice_the_annex_and_the_rights(client):
    client.cookies["django_language"] = "en"
    page = unescape(client.get(reverse("notice")).content.decode())
    assert "Sillmanintie 51" in page
    assert plan().hash in page
    assert "Ombudsman" in page
    with translation.override("en"):
        for chapter in annex(plan()):
            for row in chapter.rows:
                assert str(row.spec.retention) in page


def test_the_annex_lists_what_is_stored_outside_the_register_s_tables(client):
    client.cookies["django_language"] = "en"
    page = unescape(client.get(reverse("notice")).content.decode())
    assert {store.key for store in plan().stores} >= {
        "cookies",
        "limits",
        "log",
        "mail",
        "sessions",
    }
    with translation.override("en"):
        for store in plan().stores:
            assert str(store.label) in page and str(store.retention) in page


def test_it_is_told_who_besides_dig1_sees_and_mails_what():
    """What the pages and messages really show and hold."""

    def recipients(table, column):
        return set(plan().table(table).column(column).personal.recipients)

    for table, column in (
        ("company_organisation", "name"),
        ("company_organisation", "business_id"),
        ("persons_invitation", "email"),
        ("persons_invitation", "expires_at"),
        ("usersessions_usersession", "ip"),
        ("usersessions_usersession", "user_agent"),
        ("accounts_user", "email"),
    ):
        assert Recipient.MAIL in recipients(table, column), column
    for column in ("role", "office", "position", "sent_at"):
        assert Recipient.MAIL not in recipients("persons_invitation", column)
    assert recipients("persons_invitation", "secret_digest") == {Recipient.HOSTING}


def test_the_retained_says_by_which_law(client):
    client.cookies["django_language"] = "en"
    assert "1336/1997" in client.get(reverse("notice")).content.decode()


@pytest.mark.parametrize("name", ["notice", "accessibility", "contact", "cookies"])
def test_it_needs_no_rows_of_anybody(client, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get(reverse(name))
