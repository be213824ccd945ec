"""The people and companies of the tests: always the same, committed once to the template.

Only identifiers here; read rows with the ORM, under a context. Everybody's password is PASSWORD.

    A, "Aalto Testi Oy"   admin, member, reader; the accountant is a member; ex_admin was dismissed
    B, "Björk Testi Ab"   admin (with TOTP), member, reader; the accountant is an admin
    C, "Cembra Testi Oy"  admin
    D                     erased: a tombstone with a voucher; its ex_person is gone
    nobody's              a stranger, without a company
    staff                 support, billing, content, administrator; a superuser; all with TOTP

A and B have one row or more in every table of a company.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_DNS, UUID, uuid5

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from assessment.models import (
    Actor,
    Answer,
    Assessment,
    Assignment,
    Comment,
    Evidence,
    Measure,
    Mention,
    Revision,
    placed,
)
from registry.company import tenant
from registry.company.access import set_rights
from registry.company.access_log import Page, log_access, log_access_to_rows
from registry.company.models import Organisation, TradeName
from registry.company.roles import Role
from registry.company.tenant import Scope
from registry.payments.models import Payment, Sale, ServiceEvent
from registry.persons.models import Invitation, Membership
from registry.relationship.models import Relationship
from registry.rights.certificate import certify
from registry.rights.models import (
    AccessLink,
    CorrectionRequest,
    ErasureRun,
    ErasureStep,
    Export,
    RetentionLine,
    RetentionRun,
)
from registry.rights.models.export import named
from registry.rights.pipeline import STEPS

PASSWORD = "Kevätlintu-laulaa-7"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TIMES = [done for done, _step in STEPS if done != "files"]
STAFF_GROUPS = ("support", "billing", "content", "administrator")


def key(name: str) -> UUID:
    """The same identifier in every session, so that no test has to look it up."""
    return uuid5(NAMESPACE_DNS, f"{name}.cast.dig1.example")


@dataclass(frozen=True)
class Person:
    id: UUID
    email: str

    @classmethod
    def named(cls, email: str) -> "Person":
        return cls(key(email), email)


@dataclass(frozen=True)
class Company:
    """A company. The rows of it are ``rows`` of the table: ``cast.a.row("payment")``."""

    letter: str
    name: str
    business_id: str
    people: tuple[tuple[Person, Role], ...]

    @property
    def id(self) -> UUID:
        return self.row("organisation")

    def row(self, kind: str) -> UUID:
        """The identifier of the company's row of a kind: "payment", "sale", "invitation", ..."""
        return key(f"{self.letter}-{kind}")

    def membership(self, person: Person) -> UUID:
        return key(f"{self.letter}-membership-{person.email}")

    def _first(self, role: Role) -> Person:
        return next(person for person, its in self.people if its == role)

    @property
    def admin(self) -> Person:
        return self._first(Role.ADMIN)

    @property
    def member(self) -> Person:
        return self._first(Role.MEMBER)

    @property
    def reader(self) -> Person:
        return self._first(Role.READER)

    @property
    def invited(self) -> str:
        """The address that a pending invitation was sent to."""
        return f"kutsuttu@{self.letter}.example"

    @property
    def invitation_secret(self) -> str:
        return f"secret-of-the-invitation-to-{self.letter}"


@dataclass(frozen=True)
class Staff:
    support: Person
    billing: Person
    content: Person
    administrator: Person
    superuser: Person

    @property
    def everybody(self) -> tuple[Person, ...]:
        return (self.support, self.billing, self.content, self.administrator, self.superuser)


@dataclass(frozen=True)
class Cast:
    a: Company
    b: Company
    c: Company
    d: Company  # erased
    accountant: Person  # a member of A, an admin of B
    ex_admin: Person  # was admin of A; the account is left, without a membership
    ex_person: Person  # was in D, whose erasure took the account along: there is no row
    stranger: Person
    staff: Staff

    @property
    def living(self) -> tuple[Company, ...]:
        return (self.a, self.b, self.c)

    @property
    def customers(self) -> dict[UUID, Person]:
        """Everybody with an account who is not staff."""
        everybody = [person for company in self.living for person, _ in company.people]
        return {person.id: person for person in [*everybody, self.ex_admin, self.stranger]}


def people(letter: str, *roles: Role) -> tuple[tuple[Person, Role], ...]:
    return tuple((Person.named(f"{role.value}@{letter}.example"), role) for role in roles)


ACCOUNTANT = Person.named("tilitoimisto@kirjanpito.example")
CAST = Cast(
    a=Company(
        letter="a",
        name="Aalto Testi Oy",
        business_id="2100011-4",
        people=(*people("a", *Role), (ACCOUNTANT, Role.MEMBER)),
    ),
    b=Company(
        letter="b",
        name="Björk Testi Ab",
        business_id="2100022-9",
        people=(*people("b", *Role), (ACCOUNTANT, Role.ADMIN)),
    ),
    c=Company(
        letter="c",
        name="Cembra Testi Oy",
        business_id="2100033-3",
        people=people("c", Role.ADMIN),
    ),
    d=Company(letter="d", name="", business_id="", people=()),
    accountant=ACCOUNTANT,
    ex_admin=Person.named("entinen@a.example"),
    ex_person=Person.named("entinen@d.example"),
    stranger=Person.named("vieras@muualla.example"),
    staff=Staff(*(Person.named(f"{group}@dig1.example") for group in (*STAFF_GROUPS, "superuser"))),
)


def enter_the_stage() -> None:
    """Commit the cast to a new database, over the roles that serve requests."""
    password = make_password(PASSWORD)
    with tenant.serving(scope=Scope.ACCOUNTS):
        add_accounts([*CAST.customers.values()], password)
        add_totp(CAST.b.admin)
        add_links(CAST.a, CAST.b)
    for company in CAST.living:
        with tenant.serving(organisation=company.id, person=company.admin.id):
            add_company(company)
    with tenant.serving(organisation=CAST.d.id):
        Organisation.objects.create(id=CAST.d.id, name="Dalsbruk Testi Oy", business_id="2100044-8")
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        add_staff(password)
        Organisation.objects.filter(id__in=[c.id for c in CAST.living]).update(
            identified_at=timezone.now()
        )
        for company in (*CAST.living, CAST.d):
            add_vouchers(company)
    for company in (CAST.a, CAST.b):
        with tenant.serving(organisation=company.id, person=company.admin.id):
            change_something(company)
            log_access(page=Page.PEOPLE, persons=[person.id for person, _ in company.people])
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF, person=CAST.staff.support.id):
        look_at_people()
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=CAST.d.id):
        erase(CAST.d)
    with tenant.using("worker"):
        add_retention()


def add_accounts(persons: list[Person], password: str, **fields: bool) -> None:
    User.objects.bulk_create(
        User(id=person.id, email=person.email, password=password, **fields) for person in persons
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user_id=person.id, email=person.email, verified=True, primary=True)
        for person in persons
    )


def add_totp(*persons: Person) -> None:
    for person in persons:
        TOTP.activate(User(id=person.id), TOTP_SECRET)


def add_links(*companies: Company) -> None:
    """Their admins had asked for links to their data, before they made their accounts."""
    for company in companies:
        AccessLink.objects.create(
            id=company.row("accesslink"),
            email=company.admin.email,
            secret_digest=hashlib.sha256(company.letter.encode()).digest(),
            expires_at=timezone.now() + timedelta(days=2),  # longer than the template lives
        )


def add_company(company: Company) -> None:
    Organisation.objects.create(
        id=company.id,
        name=company.name,
        business_id=company.business_id,
        visiting_street=f"Testikatu {company.letter}",
        visiting_postal_code="08100",
        visiting_city="Lohja",
        email=f"toimisto@{company.letter}.example",
    )
    Relationship.objects.create(
        id=company.row("relationship"), organisation_id=company.id, started_on=date(2024, 1, 15)
    )
    for person, role in company.people:
        add_member(company, person, role)
    TradeName.objects.create(
        id=company.row("tradename"), organisation_id=company.id, name=f"{company.name} Kauppa"
    )
    Invitation.objects.create(
        id=company.row("invitation"),
        organisation_id=company.id,
        email=company.invited,
        role=Role.MEMBER,
        invited_by_id=company.membership(company.admin),
        secret_digest=hashlib.sha256(company.invitation_secret.encode()).digest(),
        expires_at=timezone.now() + timedelta(days=14),
    )
    ServiceEvent.objects.create(
        id=company.row("serviceevent"),
        organisation_id=company.id,
        kind=ServiceEvent.Kind.ADVICE,
        minutes=30,
        membership_id=company.membership(company.people[-1][0]),
    )
    add_erasure(company, ErasureRun.Scope.PERSON)
    add_export(company)
    add_requests(company)
    add_assessment(company)


def add_member(company: Company, person: Person, role: Role) -> None:
    """Everybody joins by themselves."""
    with tenant.serving(organisation=company.id, person=person.id):
        Membership.objects.create(
            id=company.membership(person),
            organisation_id=company.id,
            user_id=person.id,
            role=role,
            office="Lohja",
            position=f"{role.value} of {company.letter}",
        )
        set_rights(person=person.id, organisation=company.id, role=role)


def add_vouchers(company: Company) -> None:
    """What staff enter and nobody rewrites."""
    bought = {
        "organisation_id": company.id,
        "dated_on": date(2026, 3, 31),
        "buyer_name": company.name or "Dalsbruk Testi Oy",
        "buyer_business_id": company.business_id or "2100044-8",
        "net": Decimal("100.00"),
        "vat": Decimal("25.50"),
        "retain_until": date(2032, 12, 31),
    }
    Sale.objects.create(
        id=company.row("sale"), number="M-1", description="Dig1 GDPR Online Assessment", **bought
    )
    Payment.objects.create(
        id=company.row("payment"), number="P-1", method=Payment.Method.TRANSFER, **bought
    )


def add_staff(password: str) -> None:
    *of_groups, superuser = CAST.staff.everybody
    add_accounts(of_groups, password, is_staff=True)
    add_accounts([superuser], password, is_staff=True, is_superuser=True)
    add_totp(*CAST.staff.everybody)
    for name, person in zip(STAFF_GROUPS, of_groups, strict=True):
        User(id=person.id).groups.add(Group.objects.get_or_create(name=name)[0])


def change_something(company: Company) -> None:
    """Leaves a row in the history."""
    Organisation.objects.filter(id=company.id).update(e_invoice_operator="OPERATOR")


def look_at_people() -> None:
    """Staff look at the people of A and of B: as accounts, and as a company's people."""
    for company in (CAST.a, CAST.b):
        accounts = {person.id for person, _ in company.people}
        memberships = {company.membership(person) for person, _ in company.people}
        log_access_to_rows(page=Page.STAFF_PAGE, rows={"accounts_user": accounts})
        log_access_to_rows(page=Page.STAFF_LIST, rows={"persons_membership": memberships})


def add_export(company: Company) -> None:
    """The admin's, ready to be downloaded; a test that wants the file writes it."""
    export = export_of(company)
    export.state, export.rows_total, export.rows_done, export.size = export.State.READY, 9, 9, 9
    export.file = named(export, "")
    export.save(force_insert=True)


def export_of(company: Company) -> Export:
    return Export(
        id=company.row("export"),
        organisation_id=company.id,
        requested_by_id=company.admin.id,
        language="fi",
        expires_at=timezone.now() + timedelta(days=14),
    )


def add_requests(company: Company) -> None:
    """Requests for correction: of the reader to the admin, of the admin to Dig1; and one that the
    admin has answered."""
    if company is CAST.c:
        return
    reader, admin, by = company.reader, company.admin, CorrectionRequest.DecidedBy
    add_request(company, "request", reader, "role", "member", by.ADMIN, old_value="reader")
    day = "2026-01-15T10:00:00+00:00"
    add_request(company, "correctionrequest", admin, "joined_at", day, by.STAFF)
    add_request(
        company,
        "answeredrequest",
        company.member,
        "role",
        "admin",
        by.ADMIN,
        old_value="member",
        decided_at=timezone.now(),
        decider_id=admin.id,
        outcome=CorrectionRequest.Outcome.REFUSED,
        answer="Rooli on sovittu.",
    )


QUESTION = "governance.responsible_person"


def add_assessment(company: Company) -> None:
    """A round under way: the admin has answered one question, and planned what to do about it."""
    of_company = {"organisation_id": company.id}
    actor = Actor.objects.create(id=company.row("actor"), person_id=company.admin.id, **of_company)
    assessment = Assessment.objects.create(
        id=company.row("assessment"),
        name="Tietosuoja 2026",
        version="2026.1",
        started_by=actor,
        **of_company,
    )
    given = {
        "assessment": assessment,
        "question": QUESTION,
        "state": "answered",
        "level": 1,
        "note": "Toistaiseksi sovittu suullisesti.",
        "actor": actor,
        **of_company,
    }
    Answer.objects.create(id=company.row("answer"), **given)
    Revision.objects.create(id=company.row("revision"), **given)
    Measure.objects.create(
        id=company.row("measure"),
        assessment=assessment,
        question=QUESTION,
        owner_id=company.membership(company.admin),
        note="Hallitus päättää.",
        **of_company,
    )
    comment = Comment.objects.create(
        id=company.row("comment"),
        assessment=assessment,
        question=QUESTION,
        text="Kuka tietää?",
        actor=actor,
        **of_company,
    )
    Mention.objects.create(
        id=company.row("mention"),
        comment=comment,
        membership_id=company.membership(company.admin),
        **of_company,
    )
    Assignment.objects.create(
        id=company.row("assignment"),
        assessment=assessment,
        section="governance",
        membership_id=company.membership(company.admin),
        **of_company,
    )
    evidence_of(company).save(force_insert=True)


def evidence_of(company: Company) -> Evidence:
    """A piece of evidence; a test that wants the file writes it."""
    evidence = Evidence(
        id=company.row("evidence"),
        organisation_id=company.id,
        assessment_id=company.row("assessment"),
        question=QUESTION,
        name="paatos.txt",
        kind="text/plain",
        size=9,
        sha256=hashlib.sha256(b"The file.").hexdigest(),
        actor_id=company.row("actor"),
    )
    evidence.file.name = placed(evidence, "")
    return evidence


def add_request(
    company: Company, kind: str, person: Person, column: str, new: str, by: str, **more: Any
) -> None:
    CorrectionRequest.objects.create(
        id=company.row(kind),
        organisation_id=company.id,
        person_id=person.id,
        table_name="persons_membership",
        row_key=str(company.membership(person)),
        column=column,
        new_value=new,
        reason="Väärin kirjattu.",
        language="fi",
        due_on=timezone.localdate() + timedelta(days=30),
        decided_by=by,
        **more,
    )


def add_erasure(company: Company, scope: str) -> None:
    """One that no backup can undo any more, since it stands in no test's journal."""
    long_ago = timezone.now() - timedelta(days=2 * settings.BACKUP_DAYS)
    run = ErasureRun.objects.create(
        id=company.row("erasurerun"),
        scope=scope,
        organisation_id=company.id,
        plan_hash="0" * 64,
        fingerprint="0" * 64,
        **dict.fromkeys(TIMES, long_ago),
        files=0,
    )
    ErasureStep.objects.create(
        organisation_id=company.id,
        run=run,
        sequence=1,
        table_name="persons_membership",
        action=ErasureStep.Action.DELETED,
        rows=1,
        residual=0,
    )
    run.certificate, run.signature = certify(run)
    run.save(update_fields=["certificate", "signature"])


def add_retention() -> None:
    """One night's record; it is nobody's."""
    run = RetentionRun.objects.create(
        id=CAST.a.row("retentionrun"), finished_at=timezone.now(), plan_hash="0" * 64
    )
    RetentionLine.objects.create(
        run=run,
        sequence=1,
        table_name="django_session",
        reason=RetentionLine.Reason.EXPIRED,
        rows=3,
    )


def erase(company: Company) -> None:
    """What is left of a company after its erasure: the tombstone, vouchers and the record."""
    add_erasure(company, ErasureRun.Scope.ORGANISATION)
    Organisation.objects.filter(id=company.id).update(
        name="", business_id="", erased_at=timezone.now()
    )
