from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from accounts.models import User
from dig1.management.commands.setup_groups import GROUPS
from registry.company import tenant
from registry.company.tenant import Scope


class Command(BaseCommand):
    help = (
        "Make a personal account of Dig1's staff. It is entered by a mailed code; its holder then "
        "sets up two-step sign-in. Needed for the first administrator; others by the staff site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="a personal address, never a shared one")
        parser.add_argument("--group", required=True, action="append", choices=sorted(GROUPS))

    def handle(self, *args: Any, **options: Any) -> None:
        if "staff" not in connections:
            raise CommandError("STAFF_DATABASE_URL is not set: only the staff's role may do this.")
        with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
            user = staff_account(options["email"].strip().lower())
            user.groups.set(Group.objects.filter(name__in=options["group"]))
        self.stdout.write(f"Account {user.pk} is staff: {', '.join(options['group'])}.")


def staff_account(email: str) -> User:
    """The account with this address, made if need be: staff, and the address verified."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    return user
