"""Every page of the staff site that shows rows about persons is noted as a look at them.

What is expected is found in Python, row by row from the declarations; the service asks SQL.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin import site
from django.db.models import Max, Model
from django.template.response import SimpleTemplateResponse
from django.urls import reverse

from accounts.lists import seal
from accounts.models import User
from registry.company import tenant
from registry.company.access_log import Page
from registry.company.models import AccessEvent, Change
from registry.company.tenant import Scope
from registry.declarations.declare import Via
from registry.declarations.plan import Table, plan
from registry.declarations.vocabulary import Link
from registry.payments.models import ServiceEvent
from registry.persons.models import Invitation, Membership
from tests.cast import CAST

MODELS = sorted(site._registry, key=lambda model: model._meta.label)
ABOUT_PERSONS = [
    model
    for model in MODELS
    if (table := plan().table(model._meta.db_table)).subject or table.link_columns
]
WATCHER = CAST.staff.superuser


@pytest.fixture(autouse=True)
def something_about_somebody() -> None:
    """What the cast has not: a change by a person, and an invitation of one with an account."""
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF, person=CAST.staff.support.id):
        Invitation.objects.create(
            organisation_id=CAST.a.id,
            email=CAST.stranger.email,
            invited_by_id=CAST.a.membership(CAST.a.admin),
            secret_digest=b"x",
            expires_at="2100-01-01T00:00Z",
        )


def rows(model: type[Model]) -> list[Model]:
    """Those that staff are shown: A's, where they are about persons of a company."""
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        table, shown = plan().table(model._meta.db_table), site._registry[model].get_queryset(None)
        if model is User:
            shown = shown.filter(email__startswith="admin@a")
        elif model in ABOUT_PERSONS:
            shown = shown.filter(**{table.tenant: CAST.a.id})
        return list(shown)


def persons_of(row: Model) -> Iterator[tuple[UUID | None, UUID]]:
    """Whom a row is about or mentions, and in which company they are one of the people."""
    table = plan().table(row._meta.db_table)
    for person in filter(None, mentioned(table, row)):
        company = getattr(row, table.tenant) if table.tenant else None
        members = Membership.objects.filter(organisation_id=company, user_id=person)
        yield (company if members.exists() else None, person)


def mentioned(table: Table, row: Model) -> Iterator[UUID | None]:
    match table.subject:
        case Via("email"):
            yield User.objects.filter(email=row.email).values_list("pk", flat=True).first()
        case str(column):
            yield getattr(row, column)
    for column in table.link_columns:
        key = getattr(row, column.name)
        if key and column.personal.link is Link.MEMBERSHIP:
            key = Membership.objects.get(pk=key).user_id
        yield key


def expected(shown: list[Model]) -> list[tuple[UUID | None, UUID]]:
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        found = {pair for row in shown for pair in persons_of(row) if pair[1] != WATCHER.id}
    return sorted(found, key=str)


class Noting:
    """What is noted from here on."""

    def __init__(self) -> None:
        self.before = self.ask(lambda events: events.aggregate(last=Max("pk"))["last"])

    def ask(self, question: Any) -> Any:
        with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
            return question(AccessEvent.objects.all())

    def events(self) -> list[AccessEvent]:
        return self.ask(lambda events: list(events.filter(pk__gt=self.before)))

    def pairs(self, page: Page) -> list[tuple[UUID | None, UUID]]:
        """All that was noted; nobody twice."""
        events = self.events()
        assert {(e.page, e.actor_id, e.by_staff) for e in events} <= {(page, WATCHER.id, True)}
        return sorted(((e.organisation_id, e.person_id) for e in events), key=str)


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{page}", args=args)


def test_the_cast_has_rows_that_name_persons():
    assert {model.__name__ for model in ABOUT_PERSONS} >= {
        "AccessEvent",
        "Change",
        "Invitation",
        "Membership",
        "ServiceEvent",
        "User",
    }
    for model in ABOUT_PERSONS:
        assert expected(rows(model)), f"no row of {model.__name__} is about anybody"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_list_is_a_look_at_everybody_in_it(sign_in, model):
    client, noting = sign_in(WATCHER, mfa=True), Noting()
    search = seal("admin@a" if model is User else "aalto")
    asked = {"q": search} if site._registry[model].search_fields else {}
    shown = list(client.get(address(model, "changelist"), asked).context["cl"].result_list)
    assert noting.pairs(Page.STAFF_LIST) == expected(shown)
    assert bool(noting.events()) == (model in ABOUT_PERSONS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_page_is_a_look_at_whom_it_is_about(sign_in, model):
    client = sign_in(WATCHER, mfa=True)
    for row in rows(model):
        noting = Noting()
        assert client.get(address(model, "change", row.pk)).status_code == 200
        assert noting.pairs(Page.STAFF_PAGE) == expected([row])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_history_is_a_look_at_whom_it_is_about(sign_in, model):
    client, row, noting = sign_in(WATCHER, mfa=True), rows(model)[0], Noting()
    assert client.get(address(model, "history", row.pk)).status_code == 200
    assert noting.pairs(Page.STAFF_PAGE) == expected([row])


def test_a_history_names_the_staff_who_did_something(sign_in):
    sign_in(CAST.staff.administrator, mfa=True).post(
        address(User, "password_reset", CAST.a.admin.id)
    )
    client, noting = sign_in(WATCHER, mfa=True), Noting()
    client.get(address(User, "history", CAST.a.admin.id))
    people = {CAST.a.admin.id, CAST.staff.administrator.id}
    assert {person for _company, person in noting.pairs(Page.STAFF_PAGE)} == people


def test_other_pages_of_an_object_are_looks_too(sign_in):
    client, noting = sign_in(WATCHER, mfa=True), Noting()
    assert client.get(address(User, "password_reset", CAST.a.reader.id)).status_code == 200
    assert noting.pairs(Page.STAFF_PAGE) == [(None, CAST.a.reader.id)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_says_what_it_shows(sign_in, model):
    """A page of one's own that answers otherwise would be noted as showing nobody."""
    client, key = sign_in(WATCHER, mfa=True), rows(model)[0].pk
    for pattern in site._registry[model].get_urls():
        if pattern.name:
            args = [key] if pattern.pattern.converters else []
            answer = client.get(reverse(f"admin:{pattern.name}", args=args))
            assert answer.status_code != 200 or isinstance(answer, SimpleTemplateResponse)


def test_a_form_that_is_shown_again_is_a_look(sign_in):
    client, noting = sign_in(WATCHER, mfa=True), Noting()
    page = address(User, "change", CAST.a.reader.id)
    assert client.post(page, {"is_active": "on", "groups": "nonsense"}).status_code == 200
    assert noting.pairs(Page.STAFF_PAGE) == [(None, CAST.a.reader.id)]


def test_an_account_belongs_to_itself_and_a_membership_to_its_company(sign_in):
    client, noting = sign_in(WATCHER, mfa=True), Noting()
    client.get(address(User, "change", CAST.accountant.id))
    client.get(address(Membership, "changelist"), {"user": str(CAST.accountant.id)})
    noted = {(event.organisation_id, event.page) for event in noting.events()}
    assert noted == {
        (None, Page.STAFF_PAGE),
        (CAST.a.id, Page.STAFF_LIST),
        (CAST.b.id, Page.STAFF_LIST),
    }


def test_an_invitation_is_a_look_at_who_has_the_address(sign_in):
    client, noting = sign_in(WATCHER, mfa=True), Noting()
    client.get(address(Invitation, "changelist"), {"q": seal("aalto")})
    assert noting.pairs(Page.STAFF_LIST) == [(None, CAST.stranger.id)]


def test_nobody_s_look_at_themself_is_noted(sign_in):
    client, noting = sign_in(WATCHER, mfa=True), Noting()
    client.get(address(User, "change", WATCHER.id))
    assert noting.events() == []


def test_what_shows_nothing_is_no_look(sign_in):
    client, noting = sign_in(WATCHER, mfa=True), Noting()
    for page in (
        reverse("admin:index"),
        reverse("admin:app_list", args=["persons"]),
        reverse("admin:jsi18n"),
        address(Membership, "changelist"),  # unsearched
        address(Membership, "change", CAST.d.row("membership")),  # there is none
        address(ServiceEvent, "add"),
        address(Membership, "delete", CAST.a.membership(CAST.a.reader)),  # forbidden
    ):
        client.get(page)
    assert client.head(address(User, "change", CAST.a.reader.id)).status_code == 200
    assert client.head(address(Change, "changelist"), {"q": seal("aalto")}).status_code == 200
    search = client.post(address(Membership, "changelist"), {"q": "aalto"})
    assert search.status_code == 302
    assert noting.events() == []


def test_who_may_not_see_it_looks_at_nobody(sign_in):
    client, noting = sign_in(CAST.staff.content, mfa=True), Noting()
    assert client.get(address(User, "change", CAST.a.reader.id)).status_code == 403
    assert (
        sign_in(CAST.a.admin, mfa=True, site="staff")
        .get(address(User, "change", CAST.a.reader.id))
        .status_code
        == 404
    )
    assert noting.events() == []


def test_a_page_that_fails_takes_its_note_along(sign_in, monkeypatch):
    def fail(*args: Any) -> None:
        raise RuntimeError

    client, noting = sign_in(WATCHER, mfa=True), Noting()
    client.raise_request_exception = False
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(fail))
    assert client.get(address(User, "change", CAST.a.reader.id)).status_code == 500
    assert noting.events() == []


def test_it_takes_one_statement(sign_in, queries):
    client = sign_in(WATCHER, mfa=True)
    before = len(queries)
    client.get(address(AccessEvent, "changelist"), {"q": seal("aalto")})
    notes = [query for query in list(queries)[before:] if "log_access" in query["sql"]]
    assert len(notes) == 1


def test_administrators_read_who_of_the_staff_looked(sign_in):
    client = sign_in(CAST.staff.administrator, mfa=True)
    answer = client.get(
        address(AccessEvent, "changelist"),
        {"person_id": str(CAST.a.reader.id), "by_staff__exact": "1"},
    )
    looks = answer.context["cl"].result_list
    assert {(look.person_email, look.actor_email) for look in looks} == {
        (CAST.a.reader.email, CAST.staff.support.email)
    }
    links = client.get(address(User, "change", CAST.a.reader.id)).content.decode()
    assert f"{address(AccessEvent, 'changelist')}?person_id={CAST.a.reader.id}" in links
    assert client.post(address(AccessEvent, "change", looks[0].pk), {}).status_code == 403
