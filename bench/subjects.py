"""Who asks for which page: the admin of the company of 50, another admin who looks at what is
stored about themself, and a member of the staff."""

import time
from dataclasses import dataclass
from hashlib import md5
from importlib import import_module
from uuid import UUID

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import urlencode

from accounts.lists import seal
from accounts.models import User
from assessment import actions, queries
from assessment.actions import Given
from assessment.models import Assessment
from assessment.scoring import State
from dig1.benchdata import databases
from registry.company import tenant
from registry.company.access_log import Page as Looked
from registry.company.access_log import log_access
from registry.company.models import AccessEvent
from registry.company.tenant import Scope


def key(of: str) -> UUID:
    """As register.sql makes keys."""
    return UUID(bytes=md5(of.encode(), usedforsecurity=False).digest())


# Company number 1, and its admin; two admins of number 2, whom the measured list shows to nobody.
COMPANY, ADMIN = key("company1"), key("person1")
OTHER_COMPANY, INSPECTING, COLLEAGUE = key("company2"), key("person51"), key("person52")
PEOPLE_THERE = [key(f"person{number}") for number in range(51, 101)]
LOOKS = 105  # more than the inspection page tells
ROUND, SECTION = "Mittaus", "security"  # the section with most questions
STAFF = "mittaaja@dig1.example"
# Each finds one row, however large the register: companies by Business ID, words of the name and
# a person; a person by the beginning of the address.
SEARCHES = (
    ("company_organisation", "1000009"),
    ("company_organisation", "leipomo 000003"),
    ("company_organisation", "myynti.1@yritys1.example"),
    ("accounts_user", "myynti.1@"),
)


@dataclass(frozen=True)
class Page:
    """A page, and the cookie of somebody who may see it."""

    path: str
    cookie: str


def pages(database: str) -> dict[str, list[Page]]:
    """The measured pages of one register, by name; their visitors have signed in."""
    with databases.connected(database):
        look_at_each_other()
        round_of_theirs = assessment()
        customer = sign_in(ADMIN, "default")
        inspecting = sign_in(INSPECTING, "default")
        staff = sign_in(staff_member(), "staff")
    return {
        "people_list": [Page(reverse("people", args=[COMPANY]), customer)],
        "inspection": [Page(reverse("inspection"), inspecting)],
        "section_page": [Page(page_of("assessment_section", round_of_theirs, SECTION), customer)],
        "results_page": [Page(page_of("assessment_results", round_of_theirs), customer)],
        "staff_search": [Page(search(name, text), staff) for name, text in SEARCHES],
    }


def assessment() -> UUID:
    """A round of the company in which every question is answered."""
    with tenant.serving(organisation=COMPANY, person=ADMIN):
        found = Assessment.objects.filter(name=ROUND).first()
        if found:
            return found.pk
        begun = actions.start(organisation=COMPANY, person=ADMIN, name=ROUND, due_on=None)
        for number, question in enumerate(queries.questionnaire_of(begun).questions):
            given = Given(State.ANSWERED, number % 5, note="Sovittu johtoryhmässä.")
            actions.save_answer(begun, question=question, given=given, person=ADMIN)
        return begun.pk


def page_of(name: str, key: UUID, *more: str) -> str:
    return reverse(name, args=[COMPANY, key, *more])


def look_at_each_other() -> None:
    """So that the inspection page is as long as it can get from looks."""
    with tenant.serving(organisation=OTHER_COMPANY, person=INSPECTING):
        if AccessEvent.objects.filter(person_id=INSPECTING).exists():
            return
    for _ in range(LOOKS):
        for looking in (INSPECTING, COLLEAGUE):
            with tenant.serving(organisation=OTHER_COMPANY, person=looking):
                log_access(page=Looked.PEOPLE, persons=PEOPLE_THERE)


def search(name: str, text: str) -> str:
    return f"{reverse(f'admin:{name}_changelist')}?{urlencode({SEARCH_VAR: seal(text)})}"


def staff_member() -> UUID:
    with tenant.using("staff"), tenant.serving(scope=Scope.STAFF):
        user = User.objects.filter(email=STAFF).first()
        if user is None:
            user = User.objects.create_user(STAFF, is_staff=True)
        user.groups.set(Group.objects.filter(name__in=["support", "administrator"]))
        # The staff site asks whether the second step is still set up; its secret is never used.
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, data={})
        return user.pk


def sign_in(person: UUID, alias: str) -> str:
    """A cookie of a new session, with both steps done."""
    with tenant.using(alias), tenant.serving(scope=Scope.ACCOUNTS):
        user = User.objects.get(pk=person)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(person)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "password", "at": time.time()},
            {"method": "mfa", "at": time.time(), "type": "totp"},
        ]
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
        session.save()
    # Signing in is a form, so whoever has the one cookie has the other as well.
    cookies = {
        settings.SESSION_COOKIE_NAME: session.session_key,
        settings.CSRF_COOKIE_NAME: get_random_string(CSRF_SECRET_LENGTH),
    }
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
