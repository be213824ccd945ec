"""Two made-up companies, their people and Dig1's staff, for local use only.

The addresses end in names that are reserved and reach nobody.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from registry.company import tenant
from registry.company.access_log import Page, log_access, log_access_to_rows
from registry.company.actions import set_trade_names
from registry.company.identification import identify
from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.tenant import Scope
from registry.payments.actions import record_payment, record_sale, record_service_event
from registry.payments.models import Payment, ServiceEvent
from registry.persons.actions import add_member, register_company
from registry.persons.inviting import invite
from registry.persons.models import Membership
from registry.rights.requests import ask
from registry.rights.values import find

ACCOUNTANT = "kirjanpitaja@tilitoimisto.example"


@dataclass(frozen=True)
class DemoCompany:
    name: str
    business_id: str
    trade_name: str
    street: str
    postal_code: str
    city: str
    invited: str
    people: tuple[tuple[str, Role, str, str], ...]  # address, role, office, position


COMPANIES = (
    DemoCompany(
        name="Esimerkki Oy",
        business_id="1234567-1",
        trade_name="Esimerkin Verkkokauppa",
        street="Laurinkatu 1",
        postal_code="08100",
        city="Lohja",
        invited="uusi@esimerkki.example",
        people=(
            ("paakayttaja@esimerkki.example", Role.ADMIN, "Lohja", "Toimitusjohtaja"),
            ("jasen@esimerkki.example", Role.MEMBER, "Lohja", "Henkilöstöpäällikkö"),
            ("lukija@esimerkki.example", Role.READER, "Turku", "Myyjä"),
            (ACCOUNTANT, Role.MEMBER, "Tilitoimisto", "Kirjanpitäjä"),
        ),
    ),
    DemoCompany(
        name="Exempel Ab",
        business_id="7654321-2",
        trade_name="Exempel Konsult",
        street="Strandgatan 2",
        postal_code="65100",
        city="Vasa",
        invited="ny@exempel.example",
        people=(
            ("admin@exempel.example", Role.ADMIN, "Vasa", "Verkställande direktör"),
            ("medlem@exempel.example", Role.MEMBER, "Vasa", "Dataskyddsombud"),
            (ACCOUNTANT, Role.ADMIN, "Tilitoimisto", "Kirjanpitäjä"),
        ),
    ),
)
BUSINESS_IDS = [company.business_id for company in COMPANIES]
# One account for each group of the staff.
STAFF = {
    "yllapito@dig1.example": "administrator",
    "tuki@dig1.example": "support",
    "laskutus@dig1.example": "billing",
    "sisalto@dig1.example": "content",
}
ADMINISTRATOR = "yllapito@dig1.example"


@dataclass(frozen=True)
class SecondStep:
    """What the staff's administrator needs besides the password."""

    totp_url: str
    recovery_codes: list[str]


def make_demo(password: str) -> None:
    """Make what is missing. Of an erased company the rest is left as it is."""
    if not present([address for company in COMPANIES for address, *_rest in company.people]):
        make_companies(password)
    if not present([*STAFF]):
        make_staff(password)


def present(addresses: list[str]) -> set[str]:
    """Those of the addresses that have an account."""
    with tenant.serving(scope=Scope.ACCOUNTS):
        return set(User.objects.filter(email__in=addresses).values_list("email", flat=True))


def make_companies(password: str) -> None:
    addresses = dict.fromkeys(who for company in COMPANIES for who, *_rest in company.people)
    with tenant.serving(scope=Scope.ACCOUNTS):
        accounts = add_accounts([*addresses], password)
        for company in COMPANIES:
            make_company(company, accounts)


def add_accounts(addresses: list[str], password: str, **fields: bool) -> dict[str, User]:
    hashed = make_password(password)
    users = User.objects.bulk_create(
        User(email=address, password=hashed, **fields) for address in addresses
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return {user.email: user for user in users}


def make_company(company: DemoCompany, accounts: dict[str, User]) -> None:
    (founder, _role, office, position), *others = company.people
    admin = accounts[founder].pk
    with tenant.serving(person=admin):
        key = register_company(
            person=admin,
            name=company.name,
            business_id=company.business_id,
            office=office,
            position=position,
        ).pk
    with tenant.serving(organisation=key, person=admin):
        Organisation.objects.filter(pk=key).update(
            visiting_street=company.street,
            visiting_postal_code=company.postal_code,
            visiting_city=company.city,
            email=f"info@{founder.partition('@')[2]}",
        )
        set_trade_names(organisation=key, names=[company.trade_name])
        invite(
            organisation=key,
            invited_by=Membership.objects.get(organisation_id=key, user_id=admin).pk,
            email=company.invited,
            role=Role.MEMBER,
            office=company.city,
            position="",
        )
    for address, role, office, position in others:
        person = accounts[address].pk
        with tenant.serving(organisation=key, person=person):
            add_member(organisation=key, person=person, role=role, office=office, position=position)
    with tenant.serving(organisation=key, person=admin):
        log_access(page=Page.PEOPLE, persons=[accounts[address].pk for address, *_rest in others])
    if company == COMPANIES[0]:
        member, reader = (accounts[address].pk for address, *_rest in others[:2])
        ask_for_correction(member, "joined_at", "2026-01-07T09:00:00+02:00", "Aloitin loppiaisena.")
        ask_for_correction(reader, "role", Role.MEMBER, "Vastaan nyt Turun toimipaikasta.")


def ask_for_correction(person: UUID, column: str, new_value: str, reason: str) -> None:
    """Somebody asks for the correction of a value of their only membership."""
    with tenant.serving(person=person):
        key = Membership.objects.get(user_id=person).pk
        stored = find(person=person, table="persons_membership", key=str(key))
        ask(
            person=person,
            stored=stored,
            column=stored.table.column(column),
            new_value=new_value,
            reason=reason,
            language="fi",
        )


def make_staff(password: str) -> None:
    """The staff, who then identify the companies and record what these have bought."""
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        secret = generate_totp_secret()
        accounts = add_accounts([*STAFF], password, is_staff=True)
        for address, group in STAFF.items():
            accounts[address].groups.set(Group.objects.filter(name=group))
            TOTP.activate(accounts[address], secret)
            RecoveryCodes.activate(accounts[address])
        for key in Organisation.objects.filter(business_id__in=BUSINESS_IDS):
            identify(organisation=key.pk)
            record_purchases(key)
    with (
        tenant.using("staff"),
        tenant.serving(scope=Scope.STAFF, person=accounts["tuki@dig1.example"].pk),
    ):
        members = Membership.objects.filter(organisation__business_id__in=BUSINESS_IDS)
        shown = {"persons_membership": members.values_list("pk", flat=True)}
        log_access_to_rows(page=Page.STAFF_LIST, rows=shown)


def record_purchases(organisation: Organisation) -> None:
    today = timezone.localdate()
    for number, days in enumerate((400, 35), start=1):
        figures = {
            "organisation": organisation,
            "net": Decimal("490.00"),
            "vat": Decimal("124.95"),
        }
        sold_on: date = today - timedelta(days=days)
        record_sale(
            number=f"L-{number}",
            dated_on=sold_on,
            description="Dig1 GDPR Online Assessment",
            **figures,
        )
        record_payment(
            number=f"M-{number}",
            dated_on=sold_on + timedelta(days=14),
            method=Payment.Method.TRANSFER,
            **figures,
        )
    for kind, minutes in ((ServiceEvent.Kind.TRAINING, 90), (ServiceEvent.Kind.ADVICE, 20)):
        record_service_event(
            organisation=organisation,
            kind=kind,
            minutes=minutes,
            happened_at=timezone.now() - timedelta(days=minutes),
            membership=Membership.objects.filter(
                organisation=organisation, role=Role.MEMBER
            ).values_list("pk", flat=True)[0],
        )


def administrators_second_step() -> SecondStep | None:
    """None when somebody has removed it."""
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        held = {
            one.type: one
            for one in Authenticator.objects.filter(user__email=ADMINISTRATOR).select_related(
                "user"
            )
        }
        if not {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES} <= held.keys():
            return None
        totp = held[Authenticator.Type.TOTP]
        return SecondStep(
            get_adapter().build_totp_url(totp.user, decrypt(totp.data["secret"])),
            RecoveryCodes(held[Authenticator.Type.RECOVERY_CODES]).get_unused_codes(),
        )
