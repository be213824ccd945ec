"""The staff's own log: who did what to which row, and no value of any row."""

from django.contrib.admin.models import LogEntry
from django.urls import reverse

from registry.company import tenant
from registry.company.tenant import Scope
from tests.staff.test_record import SALE


def entries() -> list[dict]:
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        return list(LogEntry.objects.order_by("id").values())


def test_entries_hold_keys_and_columns_only(cast, sign_in):
    billing = sign_in(cast.staff.billing, mfa=True)
    billing.post(reverse("admin:payments_sale_add"), {**SALE, "organisation": cast.b.id})
    administrator = sign_in(cast.staff.administrator, mfa=True)
    administrator.post(
        reverse("admin:company_organisation_change", args=[cast.c.id]), {"business_id": "2100055-2"}
    )
    administrator.post(
        reverse("admin:accounts_user_change", args=[cast.a.admin.id]), {"is_active": "on"}
    )
    administrator.post(reverse("admin:accounts_user_password_reset", args=[cast.a.admin.id]))
    found = entries()
    assert len(found) == 4
    values = [cast.b.name, "M-2", "2100055", cast.c.name, "@", "200"]
    for entry in found:
        assert entry["object_repr"] == ""
        assert not [value for value in values if value in entry["change_message"]]
    assert {entry["user_id"] for entry in found} == {
        cast.staff.billing.id,
        cast.staff.administrator.id,
    }
    assert str(cast.c.id) in {entry["object_id"] for entry in found}


def test_the_history_of_a_row_names_the_columns(cast, sign_in):
    client = sign_in(cast.staff.administrator, mfa=True)
    client.post(
        reverse("admin:company_organisation_change", args=[cast.c.id]), {"business_id": "2100055-2"}
    )
    page = client.get(reverse("admin:company_organisation_history", args=[cast.c.id]))
    assert [entry.user_id for entry in page.context["action_list"]] == [cast.staff.administrator.id]
    assert "2100055" not in page.content.decode()
