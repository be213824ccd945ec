"""Lists and histories cost the same however many rows there are."""

import pytest
from django.urls import reverse

from accounts.lists import Pages, seal
from accounts.models import User
from registry.company import tenant
from registry.company.models import Organisation
from registry.company.tenant import Scope

# (page, parameters, the most queries: the session, the account, its rights, the search, the rows,
# and the note of who looked at whom)
LISTS = [
    ("company_organisation", {}),
    ("company_organisation", {"q": "testi"}),
    ("company_organisation", {"q": "admin@a.example"}),
    ("company_organisation", {"q": "2100011"}),
    ("company_change", {"q": "aalto", "by_staff__exact": "1"}),
    ("company_accessevent", {"q": "aalto"}),
    ("accounts_user", {"q": "a"}),
    ("accounts_user", {"is_staff__exact": "1"}),
    ("persons_membership", {"q": "a"}),
    ("persons_invitation", {"q": "aalto"}),
    ("relationship_relationship", {"q": "aalto"}),
    ("payments_payment", {"q": "aalto", "method__exact": "card"}),
    ("payments_sale", {"q": "aalto"}),
    ("payments_serviceevent", {"q": "aalto"}),
    ("rights_correctionrequest", {}),
    ("rights_correctionrequest", {"state": "answered"}),
    ("rights_erasurerun", {}),
]
MOST_QUERIES = 12


def asked(queries) -> list[str]:
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(("page", "parameters"), LISTS)
def test_a_list_counts_nothing_and_asks_little(cast, sign_in, queries, page, parameters):
    client = sign_in(cast.staff.superuser, mfa=True)
    parameters = {name: seal(text) if name == "q" else text for name, text in parameters.items()}
    before = len(queries)
    response = client.get(reverse(f"admin:{page}_changelist"), parameters)
    assert response.status_code == 200
    asked_now = asked(queries)[before:]
    assert not [sql for sql in asked_now if "count(" in sql.lower()]
    assert len(asked_now) <= MOST_QUERIES


def add_companies(how_many: int) -> None:
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        Organisation.objects.bulk_create(
            Organisation(name=f"Yritys {n:03} Oy", business_id="2100055-2") for n in range(how_many)
        )


def test_more_rows_do_not_mean_more_queries(cast, sign_in, queries):
    client = sign_in(cast.staff.support, mfa=True)
    address = reverse("admin:company_organisation_changelist")

    def number() -> int:
        before = len(queries)
        client.get(address)
        return len(queries) - before

    few = number()
    add_companies(60)
    assert number() == few


def test_pages_follow_each_other_to_the_last(cast, sign_in):
    add_companies(60)
    client = sign_in(cast.staff.support, mfa=True)
    address = reverse("admin:company_organisation_changelist")
    first = client.get(address).context["cl"]
    assert (len(first.result_list), first.page.has_next()) == (50, True)
    last = client.get(address + first.next_link).context["cl"]
    assert (len(last.result_list), last.page.has_next()) == (13, False)
    assert not {c.pk for c in first.result_list} & {c.pk for c in last.result_list}


@pytest.mark.parametrize("page", [0, -1, Pages.last + 1])
def test_there_are_no_pages_beyond_the_ends(cast, sign_in, page):
    client = sign_in(cast.staff.support, mfa=True)
    response = client.get(reverse("admin:company_organisation_changelist"), {"p": page})
    assert response.status_code == 302


def test_nothing_completes_what_is_typed(cast, sign_in):
    """It would ask by an address, and what people type is often somebody's name or email."""
    client = sign_in(cast.staff.superuser, mfa=True)
    field = {"app_label": "payments", "model_name": "sale", "field_name": "organisation"}
    assert client.get(reverse("admin:autocomplete"), {**field, "term": "björk"}).status_code == 404
    for page in ("sale", "payment", "serviceevent"):
        html = client.get(reverse(f"admin:payments_{page}_add")).content.decode()
        assert "autocomplete/" not in html
        assert f"{reverse('admin:company_organisation_changelist')}?_to_field=id" in html


def test_a_history_counts_nothing(cast, sign_in, queries):
    client = sign_in(cast.staff.administrator, mfa=True)
    address = reverse("admin:accounts_user_history", args=[cast.a.admin.id])
    before = len(queries)
    assert client.get(address).status_code == 200
    assert not [sql for sql in asked(queries)[before:] if "count(" in sql.lower()]


def test_without_a_context_the_staffs_connection_reads_nothing(cast):
    with tenant.using("staff"):
        assert not Organisation.objects.exists()
        assert not User.objects.exists()
