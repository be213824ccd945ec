from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction
from django.db.models import Q

from registry.company import tenant

# The groups of Dig1's staff, all of them, and what each may do on the staff site.
GROUPS: dict[str, tuple[str, ...]] = {
    "support": (
        "accounts.view_user",
        "company.view_change",
        "company.view_organisation",
        "company.view_tradename",
        "payments.add_serviceevent",
        "payments.view_serviceevent",
        "persons.view_invitation",
        "persons.view_membership",
        "relationship.change_relationship",
        "relationship.view_relationship",
        "rights.change_correctionrequest",
        "rights.view_correctionrequest",
    ),
    "billing": (
        "company.view_organisation",
        "payments.add_payment",
        "payments.add_sale",
        "payments.view_payment",
        "payments.view_sale",
        "relationship.view_relationship",
    ),
    "content": (),
    "administrator": (
        "accounts.change_user",
        "accounts.view_user",
        "company.change_organisation",
        "company.view_accessevent",
        "company.view_organisation",
        "rights.view_erasurerun",
        "rights.view_erasurestep",
        "rights.view_retentionline",
        "rights.view_retentionrun",
    ),
}


class Command(BaseCommand):
    help = "Make the staff's groups, with exactly the permissions of the table (as owner)."

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in connections:
            raise CommandError("OWNER_DATABASE_URL is not set: only the owner may do this.")
        with tenant.using("owner"), transaction.atomic(using="owner"):
            for name, labels in GROUPS.items():
                group, _made = Group.objects.get_or_create(name=name)
                group.permissions.set(permissions(labels))


def permissions(labels: tuple[str, ...]) -> list[Permission]:
    """The permissions with these labels. Raises CommandError if one doesn't exist."""
    wanted = Q(pk__in=())
    for label in labels:
        app, codename = label.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(wanted))
    if len(found) != len(labels):
        raise CommandError("A group names a permission that doesn't exist: run migrate first.")
    return found
