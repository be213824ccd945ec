"""Correction in place: my own values, one at a time."""

from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from registry.persons.models import Membership


def phone_url(person):
    return reverse("inspection_edit", args=["accounts_user", person.id, "phone"])


def test_it_opens_the_value_on_the_inspection_page(cast, sign_in):
    page = sign_in(cast.a.member).get(phone_url(cast.a.member))
    assert page.status_code == 200
    assert 'name="phone"' in page.content.decode()


def test_it_saves_my_phone_number(cast, sign_in):
    client = sign_in(cast.a.member)
    answer = client.post(phone_url(cast.a.member), {"phone": "+358401234567"})
    assert answer.status_code == 302
    with tenant.serving(scope=Scope.ACCOUNTS):
        assert str(User.objects.get(pk=cast.a.member.id).phone) == "+358 40 1234567"


def test_a_bad_number_keeps_what_was_typed(cast, sign_in):
    page = sign_in(cast.a.member).post(phone_url(cast.a.member), {"phone": "abc123"})
    assert page.status_code == 200
    assert 'value="abc123"' in page.content.decode()


def test_it_saves_my_office_in_one_company(cast, sign_in):
    key = cast.a.membership(cast.accountant)
    url = reverse("inspection_edit", args=["persons_membership", key, "office"])
    assert sign_in(cast.accountant, mfa=True).post(url, {"office": "Turku"}).status_code == 302
    with tenant.serving(organisation=cast.a.id):
        assert Membership.objects.get(pk=key).office == "Turku"


def test_no_other_column_can_be_changed_along(cast, sign_in):
    key = cast.a.membership(cast.a.member)
    url = reverse("inspection_edit", args=["persons_membership", key, "office"])
    sign_in(cast.a.member).post(url, {"office": "Turku", "role": "admin", "position": "CEO"})
    with tenant.serving(organisation=cast.a.id):
        member = Membership.objects.get(pk=key)
    assert member.role == "member"
    assert member.position != "CEO"


def test_it_refuses_columns_that_are_not_mine_to_edit(cast, sign_in):
    client = sign_in(cast.a.member)
    mine = cast.a.membership(cast.a.member)
    for table, key, column in [
        ("persons_membership", mine, "role"),
        ("persons_membership", mine, "organisation_id"),
        ("accounts_user", cast.a.member.id, "is_staff"),
        ("accounts_user", cast.a.member.id, "password"),
        ("company_organisation", cast.a.id, "name"),
        ("no_such_table", mine, "office"),
        ("persons_membership", mine, "no_such_column"),
    ]:
        url = reverse("inspection_edit", args=[table, key, column])
        assert client.get(url).status_code == 404, (table, column)


def test_it_refuses_rows_that_are_not_mine(cast, sign_in):
    client = sign_in(cast.a.admin)
    for table, key, column in [
        ("accounts_user", cast.a.member.id, "phone"),
        ("persons_membership", cast.a.membership(cast.a.member), "office"),
        ("persons_membership", cast.b.membership(cast.b.member), "office"),
    ]:
        url = reverse("inspection_edit", args=[table, key, column])
        assert client.post(url, {column: "x"}).status_code == 404, (table, key)


def test_it_refuses_what_cannot_be_seen_and_identity_codes(cast, sign_in):
    key = cast.a.membership(cast.a.member)
    url = reverse("inspection_edit", args=["persons_membership", key, "office"])
    client = sign_in(cast.a.member)
    for text, code in (
        ("evil\u202egnp\nsecond line\u200b", "invisible"),
        ("131052-308T", "identity_code"),
    ):
        page = client.post(url, {"office": text})
        assert [e.code for e in page.context["form"].errors.as_data()["office"]] == [code]
    with tenant.serving(organisation=cast.a.id):
        assert Membership.objects.get(pk=key).office == "Lohja"


def test_it_saves_one_line_without_needless_white_space(cast, sign_in):
    key = cast.a.membership(cast.a.member)
    url = reverse("inspection_edit", args=["persons_membership", key, "office"])
    sign_in(cast.a.member).post(url, {"office": " Turku,\r\n  keskusta "})
    with tenant.serving(organisation=cast.a.id):
        assert Membership.objects.get(pk=key).office == "Turku, keskusta"
