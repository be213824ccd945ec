import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dig1.demo import (
    COMPANIES,
    STAFF,
    administrators_second_step,
    make_demo,
    present,
)


class Command(BaseCommand):
    help = "Make two demo companies with their people, and demo staff; print how to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Demo accounts are made with DIG1_ENV=local only.")
        password = demo_password()
        make_demo(password)
        self.stdout.write(f"Demo sign-ins, all with the password {password}")
        for company in COMPANIES:
            here = present([address for address, *_rest in company.people])
            for address, role, *_rest in company.people:
                if address in here:
                    self.stdout.write(f"  {address:34} {role.value:14} {company.name}")
        for address, group in STAFF.items():
            self.stdout.write(f"  {address:34} {group:14} Dig1, /{settings.STAFF_PATH}")
        if step := administrators_second_step():
            self.stdout.write(f"Staff sign in with a code too: {step.totp_url}")
            codes = " ".join(step.recovery_codes)
            self.stdout.write(f"or, as the administrator, one of these, each once: {codes}")


def demo_password() -> str:
    """Made once, and kept in the data folder for its user's eyes alone."""
    file = settings.DATA_DIR / "demo_password.txt"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(6))
    return file.read_text()
