"""A plain Python model of who belongs where, and the service as its people use it.

Every step is a request that a person makes in a browser. The model says beforehand whether it
may succeed, and whose rows it may change.
"""

import re
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from registry.company import tenant
from registry.company.tenant import Scope
from registry.declarations.plan import plan
from registry.persons.models import Membership
from tests.clients import sign_in
from tests.persons.links import link_in

EMAIL = re.compile(r"[\w.-]+@world\.example")
PAGES = ("company", "people", "company_data", "company_history", "invitations", "payments", "sales")
FOR_ADMINS = frozenset(PAGES) - {"company"}
BUSINESS_IDS = ("2100011-4", "2100022-9", "2100033-3", "2100044-8")


@dataclass
class Human:
    id: UUID
    email: str
    client: Client
    alive: bool = True


@dataclass
class Firm:
    id: UUID
    name: str
    roles: dict[UUID, str] = field(default_factory=dict)  # person -> role
    invited: dict[str, tuple[str, str]] = field(default_factory=dict)  # email -> link, role
    erased: bool = False

    @property
    def admins(self) -> list[UUID]:
        return [person for person, role in self.roles.items() if role == "admin"]


def born(number: int) -> Human:
    """A new account, signed in."""
    with tenant.serving(scope=Scope.ACCOUNTS):
        user = User.objects.create(id=uuid4(), email=f"human{number}@world.example")
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return Human(user.pk, user.email, sign_in(user))


def membership_of(firm: Firm, person: UUID) -> UUID:
    with tenant.serving(organisation=firm.id):
        return Membership.objects.get(user_id=person).pk


def found(human: Human, number: int) -> Firm:
    """Register a company in the browser."""
    name = f"Maailma {number} Oy"
    answer = human.client.post(
        reverse("company_new"),
        {
            "name": name,
            "business_id": BUSINESS_IDS[number % 4],
            "office": "Lohja",
            "position": "Johtaja",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    organisation = UUID(answer.url.rstrip("/").rsplit("/", 1)[1])
    return Firm(organisation, name, {human.id: "admin"})


def invite(human: Human, firm: Firm, email: str, role: str) -> int:
    """Invite an address; returns the answer's status, and notes the link if one was sent."""
    before = len(mail.outbox)
    answer = human.client.post(
        reverse("invitations", args=[firm.id]),
        {"email": email, "role": role, "office": "Turku", "position": "Juristi"},
    )
    if len(mail.outbox) > before:
        firm.invited[email] = (link_in(mail.outbox[-1]), role)
    return answer.status_code


def confirm(client: Client, url: str, **typed: str) -> int:
    """See a preview of an erasure and confirm what it shows; the status of the last answer."""
    page = client.get(url)
    if page.status_code != 200:
        return page.status_code
    fingerprint = page.context["form"]["fingerprint"].value()
    return client.post(url, {"fingerprint": fingerprint, **typed}).status_code


def digest(firm: Firm) -> str:
    """All rows of a company, as one digest; raises if a deferred guard is violated."""
    parts = [
        f"SELECT '{table.name}' || one::text AS row FROM {table.name} AS one"
        f" WHERE {table.tenant} = '{firm.id}'"
        for table in plan().of_tenant
    ]
    with tenant.serving(organisation=firm.id), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"SELECT md5(string_agg(row, '|' ORDER BY row)) FROM ({' UNION ALL '.join(parts)}) r"
        )
        answer = cursor.fetchone()[0] or ""
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return answer
