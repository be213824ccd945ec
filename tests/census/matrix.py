"""The authorisation matrix: who gets what at which address (SECURITY.md checks 1 and 2).

Every route has one row here, by its name. The row says whose page it is and what it answers to
them; what everybody else gets follows from the audience alone, by rules.py. An answer is a status,
or the name of the page that a redirect leads to; where it depends on the person it is a function
of the persona.

A new page: add its row to REGISTER. A new page of the staff site: add its model to STAFF_MODELS,
or its row to STAFF. A method that a row doesn't name answers 405.
"""

from collections.abc import Callable
from dataclasses import dataclass

from registry.company.roles import Right, Role
from tests.census.personas import Persona

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
GET, POST = ("GET", "HEAD"), ("POST",)
BUT_GET = ("HEAD", "POST")  # allauth lets through to such a form nothing else, not HEAD either
LOGIN, CONFIRM, SECOND_STEP = "account_login", "account_reauthenticate", "mfa_reauthenticate"

Outcome = int | str
Answer = Outcome | Callable[[Persona], Outcome]


@dataclass(frozen=True)
class Row:
    """``audience`` as the view declares it; ``right`` is the one that a company's page asks for.

    ``confirm``: the methods for which people who signed in long ago must first confirm who they
    are. The answers are those to a form with nothing filled in.
    """

    audience: str
    get: Answer | None = 200
    post: Answer | None = None
    confirm: tuple[str, ...] = ()
    right: Right | None = None


def anybody(get: Answer | None = 200, post: Answer | None = None) -> Row:
    return Row("public", get, post)


def account(get: Answer = 200, post: Answer | None = None, **more: tuple[str, ...]) -> Row:
    return Row("signed in", get, post, **more)


def company(
    right: Right | None = None,
    get: Answer | None = 200,
    post: Answer | None = None,
    **more: tuple[str, ...],
) -> Row:
    return Row(f"company: {right or 'member'}", get, post, right=right, **more)


# --- answers that depend on who asks --------------------------------------------------------------


def way_home(who: Persona) -> Outcome:
    """To one's only company, or to the list of them."""
    return (200, "company", "companies")[len(who.roles)]


def unless_last_admin(who: Persona) -> Outcome:
    """A would be left without an admin; B has two."""
    return 409 if who.roles == {"a": Role.ADMIN} else 200


def unless_needed(who: Persona) -> Outcome:
    """Accounts of staff are closed by Dig1."""
    return 409 if who.group else unless_last_admin(who)


def joining_a(who: Persona) -> Outcome:
    """The invitation is to another address: colleagues get in as before, others not at all."""
    if not who.signed_in:
        return 200
    return "company" if "a" in who.roles else 410


def opening(who: Persona) -> Outcome:
    """Whoever is signed in is asked to sign out first."""
    return 200 if who.signed_in else "address_data"


# --- the register ---------------------------------------------------------------------------------

REGISTER = {
    "health": anybody(),
    "home": anybody(get=way_home),
    "notice": anybody(),
    "notice_read": account(get=None, post="home"),
    "notice_versions": anybody(),
    "notice_version": anybody(),
    "notice_file": anybody(),
    "accessibility": anybody(),
    "contact": anybody(),
    "cookies": anybody(),
    "questionnaire": anybody(),
    "quick_check": anybody(post=200),
    "assessments": company(),
    "assessment_new": company(Right.MANAGE_ASSESSMENTS, post=200),
    "assessment_import": company(Right.MANAGE_ASSESSMENTS, post=200),
    "assessment": company(),
    "assessment_json": company(),
    "assessment_pdf": company(),
    "assessment_xlsx": company(),
    "assessment_ics": company(),
    "assessment_profile": company(Right.ANSWER_ASSESSMENTS, post="assessment"),
    "assessment_section": company(Right.ANSWER_ASSESSMENTS, post=200),
    "assessment_answer": company(Right.ANSWER_ASSESSMENTS, get=None, post=422),
    "assessment_question": company(Right.ANSWER_ASSESSMENTS, post=200),
    "assessment_evidence": company(),
    "assessment_evidence_delete": company(
        Right.ANSWER_ASSESSMENTS, get=None, post="assessment_question"
    ),
    "assessment_documents": company(Right.ANSWER_ASSESSMENTS, post=200),
    "assessment_share": company(Right.MANAGE_ASSESSMENTS, post="assessment"),
    "assessment_results": company(),
    "assessment_plan": company(),
    "assessment_plan_gaps": company(Right.ANSWER_ASSESSMENTS, get=None, post="assessment_plan"),
    "assessment_measure": company(Right.ANSWER_ASSESSMENTS, post=200),
    "assessment_sign": company(Right.MANAGE_ASSESSMENTS, post=200),
    "assessment_round": company(Right.MANAGE_ASSESSMENTS, get="assessment", post="assessment"),
    "set_language": anybody(get=None, post="home"),
    "invitation": anybody(post=joining_a),
    "access_link": anybody(post=200),
    "access_link_sent": anybody(),
    "access_link_open": anybody(post=opening),
    "address_data": anybody(get="access_link"),
    "address_export": anybody(get=None, post="access_link"),
    "address_erase": anybody(get="access_link", post="access_link"),
    "address_close": anybody(get=None, post="access_link"),
    "erasure": anybody(),
    "certificate_pdf": anybody(),
    "certificate_json": anybody(),
    "certificate_key": anybody(post=200),
    "certificate_key_file": anybody(),
    "companies": account(),
    "company_new": account(post=200),
    "inspection": account(),
    "inspection_edit": account(post="inspection"),
    "correction_row": account(),
    "correction_ask": account(post=200),
    "correction_withdraw": account(get=None, post="inspection"),
    "corrections": company(Right.MANAGE_PEOPLE),
    "correction": company(Right.MANAGE_PEOPLE, post=200, confirm=BUT_GET),
    "export_me": account(post=200, confirm=GET + POST),
    "erase_me": account(get=unless_needed, post=unless_needed, confirm=GET + POST),
    "company": company(),
    "leave": company(get=unless_last_admin, post=unless_last_admin, confirm=GET + POST),
    "company_edit": company(Right.CHANGE_BASICS, post=200),
    "company_security": company(Right.MANAGE_PEOPLE, post="company_security", confirm=BUT_GET),
    "company_history": company(Right.VIEW_PERSONAL_DATA),
    "company_data": company(Right.VIEW_PERSONAL_DATA),
    "company_export": company(Right.VIEW_PERSONAL_DATA, post="company_export", confirm=BUT_GET),
    "company_export_file": company(Right.VIEW_PERSONAL_DATA, confirm=GET),
    "company_export_delete": company(Right.VIEW_PERSONAL_DATA, get=None, post="company_export"),
    "company_erase": company(Right.ERASE_PERSONAL_DATA, post=200, confirm=GET + POST),
    "company_locked": company(get="company"),
    "erasure_call_off": company(Right.ERASE_PERSONAL_DATA, get=None, post="company"),
    "erasure_hasten": company(Right.ERASE_PERSONAL_DATA, post=200, confirm=GET + POST),
    "people": company(Right.VIEW_PERSONAL_DATA, post=200),
    "person": company(Right.VIEW_PERSONAL_DATA),
    "person_edit": company(Right.MANAGE_PEOPLE, post=200, confirm=BUT_GET),
    "person_erase": company(Right.ERASE_PERSONAL_DATA, post=200, confirm=GET + POST),
    "hand_over": company(Right.MANAGE_PEOPLE, post=200, confirm=BUT_GET),
    "invitations": company(Right.MANAGE_PEOPLE, post=200),
    "invitation_again": company(Right.MANAGE_PEOPLE, get=None, post="invitations"),
    "invitation_revoke": company(Right.MANAGE_PEOPLE, get=None, post="invitations"),
    "relationship": company(Right.VIEW_PERSONAL_DATA),
    "payments": company(Right.VIEW_PAYMENTS),
    "sales": company(Right.VIEW_PAYMENTS),
    "service_events": company(Right.VIEW_PAYMENTS),
}


# --- the sign-in pages, which are allauth's -------------------------------------------------------
# They answer OPTIONS themselves, and take PUT for POST.


def page(get: Outcome = 200, post: Outcome = 405, **others: Outcome) -> dict[str, Outcome]:
    return {
        **dict.fromkeys(GET, get),
        **dict.fromkeys(("POST", "PUT"), post),
        "PATCH": 405,
        "DELETE": 405,
        "OPTIONS": 200,
        **others,
    }


def always(answer: Outcome) -> dict[str, Outcome]:
    return dict.fromkeys(METHODS, answer)


Answers = dict[str, Outcome]


@dataclass(frozen=True)
class SignIn:
    """``guest``: who isn't signed in. ``two_steps``: with a second step, where that differs.

    ``confirms``: those who signed in long ago confirm who they are, whatever they ask.
    """

    guest: Answers
    person: Answers
    two_steps: Answers | None = None
    confirms: bool = False


def of_account(person: Answers, two_steps: Answers | None = None, *, confirms: bool = False):
    return SignIn(always(LOGIN), person, two_steps, confirms)


def of_everybody(answers: Answers) -> SignIn:
    return SignIn(answers, answers)


FORM = page(200, 200)

SIGN_IN = {
    "account_login": SignIn(FORM, always("home")),
    "account_signup": SignIn(FORM, always("home")),
    "account_request_login_code": SignIn(FORM, always("home")),
    "account_confirm_login_code": SignIn(always("account_request_login_code"), always("home")),
    "mfa_authenticate": SignIn(always(LOGIN), always("home")),
    "mfa_login_webauthn": SignIn(page(LOGIN, LOGIN), always("home")),
    "account_logout": SignIn(page("home", "home", PUT=405), page(200, "home", PUT=405)),
    "account_inactive": of_everybody(page()),
    "account_reset_password": of_everybody(FORM),
    "account_confirm_password_reset_code": of_everybody(always(LOGIN)),
    "account_complete_password_reset": of_everybody(always("account_reset_password")),
    "account_password_reset_completed": of_everybody(page()),
    "account_email_verification_sent": of_account(always("account_email")),
    "account_email": of_account(page(200, "account_email")),
    "account_change_password": of_account(FORM),
    "account_set_password": of_account(always("account_change_password")),
    "account_reauthenticate": of_account(FORM),
    "mfa_reauthenticate": of_account(always(CONFIRM), FORM),
    "mfa_reauthenticate_webauthn": of_account(always(CONFIRM), page(200, LOGIN)),
    "mfa_index": of_account(page()),
    "mfa_activate_totp": of_account(FORM, always("mfa_deactivate_totp"), confirms=True),
    "mfa_deactivate_totp": of_account(always(404), page(200, "mfa_index")),
    "mfa_view_recovery_codes": of_account(page(404)),
    "mfa_generate_recovery_codes": of_account(
        FORM, page(200, "mfa_view_recovery_codes"), confirms=True
    ),
    "mfa_download_recovery_codes": of_account(always(404)),
    "mfa_list_webauthn": of_account(page()),
    "mfa_add_webauthn": of_account(FORM, confirms=True),
    "mfa_edit_webauthn": of_account(FORM, confirms=True),
    "mfa_remove_webauthn": of_account(
        page(200, "mfa_list_webauthn", PUT=405, DELETE="mfa_list_webauthn"), confirms=True
    ),
    "usersessions_list": of_account(page(200, "usersessions_list")),
}


# --- the staff site -------------------------------------------------------------------------------

# The door: whoever may come in is led to the index, whichever method they knock with.
DOOR = "admin:login"
EVERYBODY = "support billing content administrator"


@dataclass(frozen=True)
class Staff:
    """``groups``: who may, besides the superuser; without any, nobody may, not even that one.

    ``guest``: where those who aren't signed in are led.
    """

    get: Answer
    post: Answer | None = None
    groups: str = EVERYBODY
    missing: Outcome = 404
    guest: Outcome = LOGIN

    def admits(self, who: Persona) -> bool:
        return bool(self.groups) and who.group in (*self.groups.split(), "superuser")


@dataclass(frozen=True)
class Model:
    """A kind of rows on the staff site; ``saved``: where an empty form of a change leads.

    ``kept``: rows of erased companies are shown, too.
    """

    view: str
    add: str = ""
    change: str = ""
    saved: Outcome = 200
    kept: bool = False


STAFF_MODELS = {
    "accounts_user": Model(
        "support administrator", change="administrator", saved="admin:accounts_user_changelist"
    ),
    "company_organisation": Model("support billing administrator", change="administrator"),
    "company_change": Model("support"),
    "company_accessevent": Model("administrator"),
    "persons_membership": Model("support"),
    "persons_invitation": Model("support"),
    "relationship_relationship": Model(
        "support billing",
        change="support",
        saved="admin:relationship_relationship_changelist",
    ),
    "payments_sale": Model("billing", add="billing", kept=True),
    "payments_payment": Model("billing", add="billing", kept=True),
    "payments_serviceevent": Model("support", add="support"),
    "rights_correctionrequest": Model("support"),
    "rights_erasurerun": Model("administrator", kept=True),
    "rights_retentionrun": Model("administrator"),
}
OBJECT_PAGES = ("history", "delete", "change")


def detail_pattern(model: str) -> str:
    """The page without a name that leads from an object's address to its change page."""
    return f"hallinta/{model.replace('_', '/')}/<path:object_id>/"


def rows_of(name: str, model: Model) -> dict[str, Staff]:
    admin = f"admin:{name}"
    change = f"{admin}_change"
    writers = " ".join({*model.view.split(), *model.change.split()})
    return {
        f"{admin}_changelist": Staff(200, f"{admin}_changelist", writers),
        f"{admin}_add": Staff(200, 200, model.add),
        f"{admin}_history": Staff(200, 200, writers, missing="admin:index"),
        f"{admin}_delete": Staff(200, 200, ""),
        change: Staff(200, changing(model), writers, missing="admin:index"),
        detail_pattern(name): Staff(change, change, missing=change),
    }


def changing(model: Model) -> Callable[[Persona], Outcome]:
    """Who may view an object sees its change page; changing it takes a right of its own."""
    return lambda who: model.saved if Staff(200, groups=model.change).admits(who) else 403


def of_site(get: Answer, post: Answer | None) -> Staff:
    """A page of the site as a whole: guests come to its door first."""
    return Staff(get, post, guest=DOOR)


def if_any_page(who: Persona) -> Outcome:
    """The content group has nothing to do among the companies."""
    return 404 if who.group == "content" else 200


STAFF = {
    **{
        key: row
        for name, model in STAFF_MODELS.items()
        for key, row in rows_of(name, model).items()
    },
    "admin:company_organisation_identify": Staff(
        200, "admin:company_organisation_change", "administrator"
    ),
    "admin:rights_correctionrequest_answer": Staff(200, 200, "support"),
    "admin:accounts_user_password_reset": Staff(
        200, "admin:accounts_user_change", "support administrator"
    ),
    "admin:index": of_site(200, 200),
    "admin:app_list": of_site(if_any_page, if_any_page),
    "admin:autocomplete": of_site(404, 404),
    "admin:jsi18n": of_site(200, None),
    "admin:view_on_site": of_site(404, 404),
    "admin:logout": of_site("account_logout", "account_logout"),
    "admin:password_change": of_site("account_change_password", "account_change_password"),
    "admin:password_change_done": of_site(404, 404),
    r"hallinta/(?P<url>.*)$": of_site(404, 404),
}

MATRIX = {**REGISTER, **SIGN_IN, **STAFF, DOOR: None}
