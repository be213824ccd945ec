"""What each group may do, and nothing more."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse

from dig1.management.commands.setup_groups import GROUPS
from registry.company import tenant

MODELS = {model._meta.label_lower: model for model in site._registry}


def permitted(group: str, verb: str) -> set[str]:
    labels = (label.split(".") for label in GROUPS[group])
    verbs = ((app, codename.split("_", 1)) for app, codename in labels)
    return {f"{app}.{model}" for app, (named, model) in verbs if named == verb}


def test_only_our_own_pages_are_on_the_site():
    assert set(MODELS) == {
        "accounts.user",
        "company.accessevent",
        "company.change",
        "company.organisation",
        "payments.payment",
        "payments.sale",
        "payments.serviceevent",
        "persons.invitation",
        "persons.membership",
        "relationship.relationship",
        "rights.correctionrequest",
        "rights.erasurerun",
        "rights.retentionrun",
    }


@pytest.mark.parametrize("label", sorted(MODELS))
@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_group_opens_the_lists_that_it_may_view_and_no_other(cast, sign_in, group, label):
    client = sign_in(getattr(cast.staff, group), mfa=True)
    app, model = label.split(".")
    status = client.get(reverse(f"admin:{app}_{model}_changelist")).status_code
    assert status == (200 if label in permitted(group, "view") else 403)


@pytest.mark.parametrize("label", sorted(MODELS))
@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_group_adds_what_it_may_add_and_nothing_else(cast, sign_in, group, label):
    client = sign_in(getattr(cast.staff, group), mfa=True)
    app, model = label.split(".")
    status = client.get(reverse(f"admin:{app}_{model}_add")).status_code
    assert status == (200 if label in permitted(group, "add") else 403)


@pytest.mark.parametrize(
    ("label", "row"),
    [
        ("accounts.user", "user"),
        ("company.organisation", "organisation"),
        ("payments.payment", "payment"),
        ("payments.sale", "sale"),
        ("payments.serviceevent", "serviceevent"),
        ("persons.invitation", "invitation"),
        ("persons.membership", "membership"),
        ("relationship.relationship", "relationship"),
        ("rights.correctionrequest", "correctionrequest"),
        ("rights.erasurerun", "erasurerun"),
    ],
)
@pytest.mark.parametrize("group", [*sorted(GROUPS), "superuser"])
def test_nobody_deletes_and_only_the_entitled_change(cast, sign_in, group, label, row):
    key = {
        "user": cast.a.admin.id,
        "membership": cast.a.membership(cast.a.admin),
    }.get(row) or cast.a.row(row)
    client = sign_in(getattr(cast.staff, group), mfa=True)
    name = "admin:" + label.replace(".", "_")
    assert client.get(reverse(f"{name}_delete", args=[key])).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[key]), {"post": "yes"}).status_code == 403

    changes = {"accounts.user", "company.organisation", "relationship.relationship"}
    may = changes if group == "superuser" else permitted(group, "change")
    may -= {"rights.correctionrequest"}  # answered, on a page of its own
    saved = client.post(reverse(f"{name}_change", args=[key]), {"business_id": "x"}).status_code
    assert (saved != 403) == (label in may)


def test_content_staff_see_an_empty_index(cast, sign_in):
    response = sign_in(cast.staff.content, mfa=True).get(reverse("admin:index"))
    assert response.context["app_list"] == []


def test_the_groups_have_exactly_the_permissions_of_the_table(own_database):
    with tenant.using("owner"):
        Group.objects.get(name="billing").permissions.clear()
        Group.objects.get(name="content").permissions.add(Permission.objects.first())
        for _ in range(2):
            call_command("setup_groups")
            held = {
                group.name: {f"{p.content_type.app_label}.{p.codename}" for p in held_by(group)}
                for group in Group.objects.all()
            }
            assert held == {name: set(labels) for name, labels in GROUPS.items()}


def held_by(group: Group) -> list[Permission]:
    return list(group.permissions.select_related("content_type"))
