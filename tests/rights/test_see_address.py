"""What is stored about an address without an account: all of it, and nothing of anybody else."""

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope
from registry.declarations.plan import plan
from registry.persons.models import Invitation
from registry.rights.contacts import companies_of, inspect_address, is_stored
from registry.rights.models import AccessLink
from tests.persons.links import link_of
from tests.rights.asking import DATA, asked, erase_url, opened
from tests.rights.exporting import Package


@pytest.fixture
def invited_twice(cast):
    """A and B have both invited A's invitee; somebody else's invitation stays beside."""
    with tenant.serving(organisation=cast.b.id, person=cast.b.admin.id):
        invite(cast.b, cast.a.invited, office="Vaasa")


def invite(company, email, **given):
    return Invitation.objects.create(
        organisation_id=company.id,
        email=email,
        role="member",
        invited_by_id=company.membership(company.admin),
        secret_digest=hashlib.sha256(email.encode()).digest(),
        expires_at=timezone.now() + timedelta(days=14),
        **given,
    )


def invitations(company):
    with tenant.serving(organisation=company.id):
        return sorted(Invitation.objects.values_list("email", flat=True))


def shown(chapters):
    return [
        (str(group.title), group.company, datum.why.name, datum.value, datum.exists)
        for chapter in chapters
        for group in chapter.groups
        for record in group.records
        for datum in record
    ]


def titles(page):
    return {group.title for chapter in page.context["chapters"] for group in chapter.groups}


# --- seeing --------------------------------------------------------------------------------------


def test_it_shows_every_declared_column_with_its_reasons(cast):
    chapters = inspect_address(email=cast.a.invited, companies=[cast.a.id])
    names = {name for _table, company, name, _value, _exists in shown(chapters) if company}
    columns = plan().table("persons_invitation").personal_columns
    assert names == {str(column.label) for column in columns}
    for chapter in chapters:
        for group in chapter.groups:
            for why in group.columns:
                assert why.purposes and why.basis and why.source and why.retention
                assert why.recipients


def test_it_shows_each_company_s_own(cast, client, mailoutbox, invited_twice):
    page = opened(client, cast.a.invited, mailoutbox).get(DATA).content.decode()
    assert cast.a.name in page and cast.b.name in page and "Vaasa" in page
    assert cast.c.name not in page
    for other in (cast.b.invited, cast.a.admin.email, cast.b.admin.email):
        assert other not in page


def test_a_secret_is_shown_as_existing_only(cast, client, mailoutbox):
    page = opened(client, cast.a.invited, mailoutbox).get(DATA).content.decode()
    secret = hashlib.sha256(cast.a.invitation_secret.encode()).hexdigest()
    assert secret not in page
    data = shown(inspect_address(email=cast.a.invited, companies=[cast.a.id]))
    assert (None, True) in [(value, exists) for *_where, value, exists in data]


def test_it_shows_links_that_are_still_good_too(cast, client, mailoutbox):
    opened(client, cast.a.invited, mailoutbox)
    links = plan().table("rights_accesslink").title
    assert links not in titles(client.get(DATA))
    asked(client, cast.a.invited, mailoutbox)
    assert links in titles(client.get(DATA))


def test_an_expired_invitation_is_shown_until_it_is_gone(cast, client, mailoutbox):
    with tenant.serving(organisation=cast.a.id):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert cast.a.name in opened(client, cast.a.invited, mailoutbox).get(DATA).content.decode()


def test_a_locked_company_s_rows_are_shown_and_can_be_deleted(cast, client, mailoutbox):
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.a.id):
        Organisation.objects.filter(pk=cast.a.id).update(locked_at=timezone.now())
    opened(client, cast.a.invited, mailoutbox)
    assert cast.a.name in client.get(DATA).content.decode()
    client.post(erase_url(cast.a))
    assert invitations(cast.a) == []


def test_what_is_withdrawn_meanwhile_is_no_longer_shown(cast, client, mailoutbox):
    opened(client, cast.a.invited, mailoutbox)
    with tenant.serving(organisation=cast.a.id):
        Invitation.objects.all().delete()
    page = client.get(DATA)
    assert page.status_code == 200
    assert cast.a.name not in page.content.decode()
    assert page.context["chapters"] == []


def test_what_is_asked_derives_from_the_plan():
    """A later table about an address has to be found by the same ways."""
    about = {table.name: table.address for table in plan().tables if table.address}
    assert about == {"persons_invitation": "email", "rights_accesslink": "email"}


def test_anything_stored_counts_and_nothing_else(cast):
    assert is_stored(email=cast.a.invited)
    assert not is_stored(email="tuntematon@muualla.example")
    assert not is_stored(email=cast.a.member.email)  # has an account, but no invitation
    with tenant.serving(scope=Scope.ACCOUNTS):
        AccessLink.objects.create(
            email="vain@linkki.example", secret_digest=b"x" * 32, expires_at=timezone.now()
        )
    assert is_stored(email="vain@linkki.example")


@pytest.mark.parametrize("companies", [1, 2])
def test_the_number_of_queries_grows_with_the_companies_of_the_page_only(
    cast, client, mailoutbox, django_assert_num_queries, companies, request
):
    if companies == 2:
        request.getfixturevalue("invited_twice")
    opened(client, cast.a.invited, mailoutbox).get(DATA)
    with django_assert_num_queries(25 + 4 * companies):
        assert client.get(DATA).status_code == 200


def test_many_companies_come_page_by_page(cast, client, mailoutbox, monkeypatch, invited_twice):
    found = companies_of(email=cast.a.invited, most=1)
    first, second = sorted([cast.a.id, cast.b.id])
    assert (found.keys, found.more) == ([first], True)
    found = companies_of(email=cast.a.invited, after=first, most=1)
    assert (found.keys, found.more) == ([second], False)
    names = {company.id: company.name for company in (cast.a, cast.b)}
    opened(client, cast.a.invited, mailoutbox)
    page = client.get(DATA, {"jalkeen": first}).content.decode()
    assert names[second] in page and names[first] not in page
    assert client.get(DATA, {"jalkeen": second}).url == DATA  # nothing comes after it
    for nonsense in ("x", "0", str(cast.c.id)[:-1], "\0"):
        assert client.get(DATA, {"jalkeen": nonsense}).status_code == 200


# --- deleting ------------------------------------------------------------------------------------


def test_refusing_an_invitation_deletes_what_that_company_stores(
    cast, client, mailoutbox, invited_twice
):
    opened(client, cast.a.invited, mailoutbox)
    page = client.get(erase_url(cast.a)).content.decode()
    assert cast.a.name in page and cast.b.name not in page
    assert invitations(cast.a) == [cast.a.invited]
    answer = client.post(erase_url(cast.a), follow=True)
    assert answer.redirect_chain == [(DATA, 302)]
    assert invitations(cast.a) == []
    assert invitations(cast.b) == sorted([cast.a.invited, cast.b.invited])
    assert cast.b.name in answer.content.decode()


def test_a_second_click_does_no_harm(cast, client, mailoutbox, invited_twice):
    opened(client, cast.a.invited, mailoutbox)
    for _ in range(2):
        assert client.post(erase_url(cast.a)).url == DATA
    assert cast.a.invited in invitations(cast.b)


def test_only_companies_that_know_the_address_are_asked(cast, client, mailoutbox):
    opened(client, cast.a.invited, mailoutbox)
    answers = set()
    for company in (cast.b, cast.c, cast.d):
        for ask in (client.get, client.post):
            page = ask(erase_url(company), follow=True)
            assert page.redirect_chain == [(DATA, 302)]
            assert cast.b.name not in page.content.decode()
            answers.add(len(page.content))
    assert invitations(cast.b) == [cast.b.invited]
    assert len(answers) == 1  # a company that does not know it answers as one that never was


def test_the_link_of_a_refused_invitation_is_dead(cast, client, mailoutbox):
    assert client.get(link_of(cast.a)).status_code == 200
    opened(client, cast.a.invited, mailoutbox)
    client.post(erase_url(cast.a))
    assert client.get(link_of(cast.a)).status_code == 410
    assert client.get(reverse("notice")).status_code == 200


# --- taking it along -----------------------------------------------------------------------------


def export_url(company):
    return reverse("address_export", args=[company.id])


@pytest.mark.parametrize(
    ("language", "word"), [("fi", "yritys"), ("sv", "företag"), ("en", "company")]
)
def test_the_download_holds_what_that_company_stores(
    cast, client, mailoutbox, invited_twice, settings, language, word
):
    opened(client, cast.a.invited, mailoutbox)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.post(export_url(cast.b))
    assert answer.headers["Content-Type"] == "application/zip"
    assert "@" not in answer.headers["Content-Disposition"]
    package = Package(answer.getvalue())
    package.check()
    assert package.tables == {"persons_invitation"}
    [row] = package.json("persons_invitation")
    assert (row["email"], row["office"]) == (cast.a.invited, "Vaasa")
    columns = plan().table("persons_invitation").personal_columns
    assert row.keys() == {"id", *(column.name for column in columns)}
    assert row["secret_digest"] is True
    assert cast.a.invited in package.text("README.txt") and word in package.text("README.txt")
    assert cast.b.name in package.text("index.html")
    for other in (cast.a.name, cast.b.invited, cast.b.admin.email):
        assert other not in package.everything()


def test_a_company_that_does_not_know_the_address_has_no_download(cast, client, mailoutbox):
    opened(client, cast.a.invited, mailoutbox)
    for company in (cast.b, cast.c, cast.d):
        assert client.post(export_url(company)).url == DATA
    assert client.get(export_url(cast.a)).status_code == 405
