"""Every personal value about a person can be corrected by somebody, as the declarations say."""

from django.urls import reverse

from registry.declarations.plan import plan
from registry.declarations.vocabulary import Display, Editor
from registry.rights.correction import (
    ADMIN_PAGES,
    BY_THEMSELVES,
    SIGN_IN_PAGES,
    DecidedBy,
    decides,
    requestable,
    stored_by_click,
)

# Told to whom they are about, and corrected in another way.
ENDED = "django_session"  # its key is a secret: it is signed out of
WITHDRAWN = "rights_correctionrequest"  # a request is withdrawn and made again
ABOUT_PERSONS = [table for table in plan().tables if table.subject or table.link_columns]
CLICKED = {
    ("persons_membership", "role"): DecidedBy.ADMIN,
    ("persons_membership", "joined_at"): DecidedBy.STAFF,
    ("persons_invitation", "office"): DecidedBy.STAFF,
    ("persons_invitation", "position"): DecidedBy.STAFF,
    ("payments_serviceevent", "happened_at"): DecidedBy.STAFF,
    ("payments_serviceevent", "kind"): DecidedBy.STAFF,
    ("payments_serviceevent", "minutes"): DecidedBy.STAFF,
}


def values():
    return [
        (table, column)
        for table in ABOUT_PERSONS
        for column in table.personal_columns
        if column.personal.display is Display.VALUE
    ]


def test_each_value_is_edited_in_place_on_the_sign_in_pages_or_asked_for():
    for table, column in values():
        asked = column in requestable(table)
        edited = column.personal.editor in BY_THEMSELVES
        elsewhere = table.name in (ENDED, WITHDRAWN)
        assert [asked, edited, elsewhere].count(True) == 1, (table.name, column.name)


def test_no_secret_is_asked_for():
    for table in plan().tables:
        assert all(c.personal.display is Display.VALUE for c in requestable(table))


def test_a_company_s_own_data_is_not_a_person_s_to_ask_for():
    for name in ("company_organisation", "company_tradename", "payments_sale"):
        assert not requestable(plan().table(name))


def test_the_declaration_says_who_decides():
    by_admin = {(t.name, c.name) for t, c in asked() if decides(c) is DecidedBy.ADMIN}
    assert by_admin == {("persons_membership", "role")}
    for _table, column in asked():
        by_admin = column.personal.editor is Editor.COMPANY_ADMIN
        assert decides(column) is (DecidedBy.ADMIN if by_admin else DecidedBy.STAFF)


def asked():
    return [(table, column) for table in ABOUT_PERSONS for column in requestable(table)]


def test_a_click_stores_these_values_and_no_others():
    """Never what the service noted of what happened, nor what opens doors; a role only by those
    who give roles."""
    clicked = {
        (table.name, column.name): by
        for table, column in asked()
        for by in DecidedBy
        if stored_by_click(column, by)
    }
    assert clicked == CLICKED


def test_what_an_admin_decides_the_admin_edits_on_a_page():
    for table, column in asked():
        if decides(column) is DecidedBy.ADMIN:
            assert reverse(ADMIN_PAGES[table.name, column.name], args=[key(), key()])


def key():
    return "0d0dcc44-cafd-5942-a2d1-3f1b7f2697e6"


def test_what_is_corrected_on_the_sign_in_pages_has_its_page_there():
    for table in ABOUT_PERSONS:
        for column in table.personal_columns:
            if column.personal.editor is Editor.SIGN_IN_PAGES:
                assert reverse(SIGN_IN_PAGES[table.name, column.name])
