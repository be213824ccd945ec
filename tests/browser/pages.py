"""Every page of the service as somebody sees it, derived from the URLconf: new ones come along."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from registry.notice.approved import latest
from registry.persons import tokens
from registry.rights import capability
from registry.rights.models import ErasureRun
from tests.cast import CAST, QUESTION, Company, Person

# No pages, or none without what another test does first.
NOT_DERIVED = {
    "health": "for machines",
    "notice_file": "a file",
    "assessment_answer": "takes a form only",
    "assessment_evidence": "a file",
    "assessment_evidence_delete": "takes a form only",
    "assessment_ics": "a file",
    "assessment_json": "a file",
    "assessment_pdf": "a file",
    "assessment_plan_gaps": "takes a form only",
    "assessment_round": "there once a round is signed off: test_assessment.py",
    "assessment_xlsx": "a file",
    "notice_read": "takes a form only",
    "set_language": "takes a form only",
    "access_link_open": "needs a mailed link: test_own_address.py",
    "address_data": "needs an opened link: test_own_address.py",
    "address_export": "takes a form only",
    "address_erase": "needs an opened link: test_own_address.py",
    "address_close": "takes a form only",
    "account_email_verification_sent": "part of signing up: test_whole_path.py",
    "account_inactive": "nobody's account is only deactivated",
    "account_set_password": "everybody has a password",
    "account_confirm_login_code": "part of signing in: test_entrances.py",
    "account_confirm_password_reset_code": "part of resetting a password: test_entrances.py",
    "account_complete_password_reset": "part of resetting a password: test_entrances.py",
    "mfa_authenticate": "part of signing in: test_entrances.py",
    "mfa_reauthenticate_webauthn": "part of confirming: test_passkey.py",
    "mfa_edit_webauthn": "needs a key: test_passkey.py",
    "mfa_remove_webauthn": "needs a key: test_passkey.py",
    "mfa_view_recovery_codes": "needs codes: test_whole_path.py",
    "mfa_login_webauthn": "for scripts",
    "mfa_download_recovery_codes": "a file",
    "certificate_pdf": "a file",
    "certificate_json": "a file",
    "certificate_key_file": "a file",
    "company_export_file": "a file",
    "company_locked": "there while a company is locked: test_erase_company.py",
    "erasure_call_off": "takes a form only",
    "company_export_delete": "takes a form only",
    "correction_withdraw": "takes a form only",
    "invitation_again": "takes a form only",
    "invitation_revoke": "takes a form only",
    "admin:login": "leads to the service's own sign-in",
    "admin:logout": "leads to the service's own sign-out",
    "admin:password_change": "leads to the service's own page",
    "admin:password_change_done": "leads to the service's own page",
    "admin:autocomplete": "no field completes what is typed",
    "admin:jsi18n": "for scripts",
    "admin:view_on_site": "the register's rows have no page of their own",
}


# Neither entered nor deleted on the staff site: people do that, or the service.
NOT_ENTERED = (
    "accounts_user",
    "company_accessevent",
    "company_change",
    "company_organisation",
    "persons_invitation",
    "persons_membership",
    "relationship_relationship",
    "rights_correctionrequest",
    "rights_erasurerun",
    "rights_retentionrun",
)


@dataclass(frozen=True)
class Persona:
    """Somebody with the company that they are looked at in."""

    person: Person | None
    company: Company = CAST.a
    mfa: bool = False

    @property
    def staff(self) -> bool:
        return self.person in CAST.staff.everybody


# Those who can open most come first.
PERSONAS = {
    "admin-with-totp": Persona(CAST.b.admin, CAST.b, mfa=True),
    "admin": Persona(CAST.a.admin),
    "member": Persona(CAST.a.member),
    "stranger": Persona(CAST.stranger),
    "anonymous": Persona(None),
    "staff-billing": Persona(CAST.staff.billing, mfa=True),
    "staff-support": Persona(CAST.staff.support, mfa=True),
    "staff-administrator": Persona(CAST.staff.administrator, mfa=True),
}


def named_urls() -> Iterator[tuple[str, URLPattern]]:
    """The full name of every address, with its pattern."""

    def walk(entries: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
        for entry in entries:
            if isinstance(entry, URLResolver):
                inner = f"{entry.namespace}:" if entry.namespace else ""
                yield from walk(entry.url_patterns, prefix + inner)
            elif entry.name:
                yield prefix + entry.name, entry

    return walk(get_resolver().url_patterns, "")


def is_none(name: str) -> bool:
    """Whether the address is known to be no page that could be derived."""
    if name in NOT_DERIVED:
        return True
    model, _, verb = name.removeprefix("admin:").rpartition("_")
    staff = name.startswith("admin:")
    return staff and (verb == "delete" or (verb == "add" and model in NOT_ENTERED))


def addresses(persona: Persona) -> Iterator[tuple[str, str]]:
    """Name and address of all that could be a page of the persona's."""
    for name, pattern in named_urls():
        if not is_none(name) and persona.staff == name.startswith("admin:"):
            keys = pattern.pattern.regex.groupindex
            yield name, reverse(name, kwargs={key: value_of(key, name, persona) for key in keys})


def value_of(key: str, name: str, persona: Persona) -> Any:
    """What stands in the address for a parameter."""
    company, admin = persona.company, persona.company.admin
    values: dict[str, Callable[[], Any]] = {
        "organisation_id": lambda: company.id,
        "assessment_id": lambda: company.row("assessment"),
        "measure_id": lambda: company.row("measure"),
        "section": lambda: "governance",
        "question": lambda: QUESTION,
        "export_id": lambda: company.row("export"),
        "membership_id": lambda: company.membership(company.reader),
        "table": lambda: "accounts_user",
        "key": lambda: (persona.person or admin).id,
        "column": lambda: "phone" if name == "inspection_edit" else "date_joined",
        "request_id": lambda: company.row("request"),
        "token": lambda: token_of(name, company),
        "app_label": lambda: "company",
        "version": lambda: latest().name,
        "object_id": lambda: staff_object(name, company),
        "pk": lambda: staff_object(name, company),
    }
    assert key in values, f"Teach tests/browser/pages.py what {key!r} of {name!r} is."
    return values[key]()


def token_of(name: str, company: Company) -> str:
    if name == "invitation":
        return tokens.make(
            organisation=company.id,
            invitation=company.row("invitation"),
            secret=company.invitation_secret.encode(),
        )
    run = ErasureRun(pk=company.row("erasurerun"), organisation_id=company.id)
    return capability.token_of(run)


def staff_object(name: str, company: Company) -> Any:
    """The object of a page of the staff site, named like admin:payments_sale_change."""
    model = name.removeprefix("admin:").split("_")[1]
    match model:
        case "user":
            return company.admin.id
        case "membership":
            return company.membership(company.admin)
        case "change" | "accessevent":
            return 1
    return company.row(model)
