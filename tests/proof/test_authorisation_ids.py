"""SECURITY.md check 4: identifiers of another company, smuggled into requests to one's own."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from registry.company import queries, tenant
from registry.company.models import Change
from registry.company.paging import AFTER
from registry.company.tenant import Scope
from registry.payments.models import ServiceEvent
from tests.cast import CAST, Company, key
from tests.clients import sign_in
from tests.proof.world import digest

MINE, THEIRS = CAST.a, CAST.b
ABSENT = key("nobody-and-nothing")
# Words that stand on no page of A's, but for the accountant, whom both know.
OF_B = re.compile(r"Björk|@b\.example|of b\b")
HIDDEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"')


def smuggled(company: Company) -> dict[str, str]:
    """Every name under which a form could take an identifier, with one of that company's."""
    member = company.membership(company.member)
    values = {
        ("id", "pk", "key", "organisation", "organisation_id", "company"): company.id,
        ("membership", "membership_id", "invited_by", "invited_by_id", "giver"): member,
        ("user", "user_id", "person", "person_id", "account"): company.member.id,
        ("invitation", "invitation_id", "row_id"): company.row("invitation"),
    }
    return {name: str(value) for names, value in values.items() for name in names}


def forms_of(company: Company, person: str = "reader") -> Iterator[tuple[str, list[Any], dict]]:
    """Every form of a company's pages, with what its admin would fill in."""
    member = company.membership(getattr(company, person))
    place = {"office": "Turku", "position": "Juristi", "role": "reader"}
    with tenant.serving(organisation=company.id, person=company.admin.id):
        version = queries.basics(company.id).version
    yield "company_edit", [], {"name": "Uusi Oy", "version": version}
    yield "company_security", [], {}
    yield "people", [], {"search": "reader"}
    yield "person_edit", [member], place
    yield "person_erase", [member], {"fingerprint": ""}
    yield "hand_over", [], {"email": company.member.email, "own_role": "admin"}
    yield "invitations", [], {"email": "uusi@muualla.example", **place}
    yield "invitation_again", [company.row("invitation")], {}
    yield "invitation_revoke", [company.row("invitation")], {}
    yield "leave", [], {"fingerprint": ""}
    yield "company_erase", [], {"fingerprint": "", "company_name": company.name}


@pytest.fixture
def admin(settings_without_limits: None) -> Client:
    return sign_in(MINE.admin)


def fill_in(client: Client, address: str, data: dict[str, str]) -> dict[str, str]:
    """With the fingerprint that the page shows, where a form wants one."""
    if "fingerprint" in data:
        page = client.get(address)
        if page.status_code == 200:
            data = {**data, "fingerprint": page.context["form"]["fingerprint"].value()}
    return data


# --- in the address ------------------------------------------------------------------------------


def test_no_row_of_another_company_is_reached_through_ones_own(
    figure: Callable[[str, str], None],
) -> None:
    """By A's admin, and by the accountant, who is an admin of B and belongs to A as well."""
    tried, accepted = 0, []
    for client, own, other in (
        (sign_in(MINE.admin), MINE, THEIRS),
        (sign_in(CAST.accountant), THEIRS, MINE),
    ):
        before = digest(other)
        for name, (*child,), data in forms_of(other):
            if not child:
                continue
            address = reverse(name, args=[own.id, *child])
            tried += 1
            if client.post(address, {**data, "fingerprint": "f" * 64}).status_code != 404:
                accepted.append(address)
        assert digest(other) == before
    figure("check 4", f"{len(accepted)} of {tried} foreign ids in addresses accepted")
    assert accepted == []


# --- in fields -----------------------------------------------------------------------------------


def test_no_form_takes_an_identifier_of_another_company(
    admin: Client, figure: Callable[[str, str], None]
) -> None:
    """Whatever a form is sent besides its fields, the other company stays as it is."""
    fields = smuggled(THEIRS)
    tried, accepted = 0, []
    before = digest(THEIRS)
    for name, child, data in forms_of(MINE):
        address = reverse(name, args=[MINE.id, *child])
        sent = {**fields, **fill_in(admin, address, data)}
        answer = admin.post(address, sent)
        tried += len(fields)
        shown = OF_B.search(answer.content.decode())
        if digest(THEIRS) != before or shown or answer.status_code >= 500:
            accepted.append(name)
        if name == "company_erase":
            assert answer.status_code == 302, "the erasure of one's own company itself was refused"
    figure("check 4", f"{len(accepted)} of {tried} foreign ids in fields accepted")
    assert accepted == []


def test_nobody_of_another_company_is_made_admin(admin: Client) -> None:
    before = digest(THEIRS)
    for person in (THEIRS.member, CAST.stranger, CAST.ex_admin):
        data = {"email": person.email, "own_role": "reader"}
        assert admin.post(reverse("hand_over", args=[MINE.id]), data).status_code == 200
    assert digest(THEIRS) == before
    assert admin.get(reverse("people", args=[MINE.id])).status_code == 200


def test_the_confirmation_of_one_erasure_is_of_no_use_for_another() -> None:
    theirs = sign_in(THEIRS.admin, mfa=True).get(reverse("company_erase", args=[THEIRS.id]))
    taken = theirs.context["form"]["fingerprint"].value()
    before = digest(MINE)
    data = {"fingerprint": taken, "company_name": MINE.name}
    answer = sign_in(MINE.admin).post(reverse("company_erase", args=[MINE.id]), data)
    assert answer.status_code == 200
    assert digest(MINE) == before


def test_staff_enter_no_service_for_a_person_of_another_company() -> None:
    client = sign_in(CAST.staff.support, mfa=True)
    data = {
        "organisation": MINE.id,
        "membership": THEIRS.membership(THEIRS.member),
        "kind": ServiceEvent.Kind.ADVICE,
        "minutes": "10",
        "happened_at_0": "2026-11-24",
        "happened_at_1": "12:00",
    }
    answer = client.post(reverse("admin:payments_serviceevent_add"), data)
    assert answer.status_code == 200
    assert "membership" in answer.context["adminform"].form.errors


# --- in searches, filters and cursors ------------------------------------------------------------


def text(answer: Any) -> str:
    """The page, without what is random and without the cursor that was asked for."""
    page = HIDDEN.sub("", answer.content.decode())
    return re.sub(rf"{AFTER}(=|%3D)[\w-]+", "", page)


def cursors(company: Company) -> Iterator[tuple[str, Any, Any]]:
    """List pages, with a key to begin after and one that never existed."""
    with tenant.serving(organisation=company.id):
        change = Change.objects.filter(organisation_id=company.id).earliest("pk").pk
    yield "company_history", change, 2**62
    yield "people", company.membership(company.reader), ABSENT
    yield "invitations", company.row("invitation"), ABSENT
    yield "payments", company.row("payment"), ABSENT
    yield "sales", company.row("sale"), ABSENT
    yield "service_events", company.row("serviceevent"), ABSENT


@pytest.mark.parametrize(
    ("mine", "theirs"), [(MINE, THEIRS), (THEIRS, MINE)], ids=["A's admin", "the accountant"]
)
def test_a_page_cannot_begin_after_a_row_of_another_company(
    mine: Company, theirs: Company, figure: Callable[[str, str], None]
) -> None:
    client = sign_in(MINE.admin if mine is MINE else CAST.accountant)
    told_apart = []
    lists = list(cursors(theirs))
    for name, foreign, absent in lists:
        address = reverse(name, args=[mine.id])
        pages = [client.get(address, {AFTER: cursor}) for cursor in (foreign, absent)]
        assert [page.status_code for page in pages] == [200, 200]
        if text(pages[0]) != text(pages[1]):
            told_apart.append(name)
    who = "by A's admin" if mine is MINE else "by the accountant of both"
    figure("check 4", f"{len(told_apart)} of {len(lists)} foreign cursors accepted {who}")
    assert told_apart == []


def test_ones_list_of_companies_cannot_begin_after_anothers() -> None:
    client = sign_in(MINE.admin)
    pages = [client.get(reverse("companies"), {AFTER: key}) for key in (THEIRS.id, ABSENT)]
    assert text(pages[0]) == text(pages[1])


@pytest.mark.parametrize("sought", [THEIRS.member.email, "b.example", "of b", THEIRS.name])
def test_a_search_finds_nobody_of_another_company(admin: Client, sought: str) -> None:
    answer = admin.post(reverse("people", args=[MINE.id]), {"search": sought})
    assert answer.context["page"].rows == []


def test_the_scope_of_a_search_is_not_the_searchers_to_choose(admin: Client) -> None:
    address = reverse("people", args=[MINE.id])
    answer = admin.post(address, {"search": "@", "organisation": str(THEIRS.id)})
    assert len(answer.context["page"].rows) == len(MINE.people)
    assert not OF_B.search(answer.content.decode())
    with tenant.serving(scope=Scope.NOTHING):
        assert not Change.objects.exists()  # and nothing is left open afterwards
