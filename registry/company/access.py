"""The gate of views: who may call them. The only module that touches django-guardian.

Every view wears one of ``public``, ``signed_in`` or ``company_page`` (staff pages live in the
admin site). Another company's page answers 404, exactly as a company that never existed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from guardian.shortcuts import get_objects_for_user

from registry.company import tenant
from registry.company.models import Organisation, OrganisationUserObjectPermission
from registry.company.roles import RIGHTS_OF, Right, Role
from registry.company.tenant import Context, Scope

View = Callable[..., HttpResponse]
SWITCHER_SIZE = 20
# Every page asks this, and building it with the ORM took longer than running it.
COMPANIES_OF = f"""
    SELECT o.id, o.name, o.mfa_required, m.id, m.role, ARRAY(
        SELECT p.codename
        FROM company_organisationuserobjectpermission r
        JOIN auth_permission p ON p.id = r.permission_id
        WHERE r.organisation_id = o.id AND r.user_id = m.user_id
    ), o.locked_at IS NOT NULL
    FROM persons_membership m JOIN company_organisation o ON o.id = m.organisation_id
    WHERE m.user_id = %(person)s AND o.erased_at IS NULL
    ORDER BY o.id IS DISTINCT FROM %(first)s, o.name_key, o.id
    LIMIT {SWITCHER_SIZE + 1}
"""  # noqa: S608  (a number of our own)

# Under its gate, a view says which methods it takes: these, ``require_safe`` or ``require_POST``.
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Company:
    """One of the signed-in person's companies, as the gate found it."""

    id: UUID
    name: str
    mfa_required: bool
    membership_id: UUID
    role: str
    rights: frozenset[str]
    locked: bool

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    def may(self, right: Right) -> bool:
        return right in self.rights


def public(view: View) -> View:
    """Anybody may call the view."""
    view.audience = "public"
    return login_not_required(view)


def signed_in(view: View) -> View:
    """Anybody with an account may call the view; it deals with their own data only."""
    view.audience = "signed in"
    return view


def company_page(
    right: Right | None = None, *, while_locked: bool = False
) -> Callable[[View], View]:
    """Members of the company named by ``organisation_id`` may, with ``right`` if one is given.

    A company that is locked, since it is about to be erased, has only the pages ``while_locked``;
    all others lead to the page that says so. Sets ``request.company`` and enters the company's
    context. Raises Http404 for everybody else, PermissionDenied for members without the right,
    and sends people to set up two-step sign-in where the company requires it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, organisation_id: UUID, **kwargs: Any) -> HttpResponse:
            request.companies = companies_of(request.user.pk, first=organisation_id)
            company = next((c for c in request.companies if c.id == organisation_id), None)
            if company is None:
                raise Http404
            if company.mfa_required and (step := second_step_missing(request)):
                return step
            if right is not None and not company.may(right):
                raise PermissionDenied
            if company.locked and not while_locked:
                return redirect("company_locked", organisation_id)
            request.company = company
            tenant.enter(Context(Scope.CUSTOMER, company.id, request.user.pk))
            return view(request, **kwargs)

        gated.audience = f"company: {right.value if right else 'member'}"
        return gated

    return decorate


def recheck(request: HttpRequest, right: Right | None) -> None:
    """Ask again, under a lock of the company, what the gate found before it.

    Raises Http404 if the person no longer belongs to it, PermissionDenied without the right.
    """
    company = request.company.id
    if not Organisation.objects.filter(pk=company, memberships__user=request.user.pk).exists():
        raise Http404
    if right and not organisations_with(request.user, right).filter(pk=company).exists():
        raise PermissionDenied


def companies_of(person: UUID, *, first: UUID | None = None) -> list[Company]:
    """The companies a person belongs to, by name; ``first`` leads if it is among them.

    At most one more than the switcher shows. One query, under the person's own context.
    """
    with connections[tenant.alias()].cursor() as cursor:
        cursor.execute(COMPANIES_OF, {"person": person, "first": first})
        return [Company(*row[:5], frozenset(row[5]), row[6]) for row in cursor]


def has_second_step(request: HttpRequest) -> bool:
    """Whether the session has it, and the person still an authenticator. One query a request."""
    if not hasattr(request, "second_step"):
        records = get_authentication_records(request, request.user)
        passed = any(record.get("method") == "mfa" for record in records)
        request.second_step = passed and is_mfa_enabled(request.user)
    return request.second_step


def second_step_missing(
    request: HttpRequest, *, back: str | None = None, why: str | None = None
) -> HttpResponse | None:
    """Where to send a person without the second step (and then ``back``, or here), or None."""
    if has_second_step(request):
        return None
    if is_mfa_enabled(request.user):
        query = urlencode({REDIRECT_FIELD_NAME: back or request.get_full_path()})
        return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
    why = why or _("This company requires two-step sign-in. Set it up to continue.")
    messages.info(request, why)
    return redirect("mfa_index")


def second_step_missing_for(
    request: HttpRequest, organisation: UUID | None = None
) -> HttpResponse | None:
    """The same for pages outside a company, if it (or without one, any of theirs) requires it."""
    requiring = Organisation.objects.filter(memberships__user=request.user.pk, mfa_required=True)
    if organisation:
        requiring = requiring.filter(pk=organisation)
    return second_step_missing(request) if requiring.exists() else None


def organisations_with(user: Any, right: Right) -> QuerySet[Organisation]:
    """The organisations on which the user holds the right by an object permission of their own.

    Guardian's defaults would let one stray global permission, or being a superuser, open every
    organisation; both are off here, and nobody else calls guardian.
    """
    return get_objects_for_user(
        user,
        right.value,
        klass=Organisation,
        accept_global_perms=False,
        with_superuser=False,
    )


def set_rights(*, person: UUID, organisation: UUID, role: str) -> None:
    """Give exactly the object rights of the role: those missing are added, others removed."""
    held = OrganisationUserObjectPermission.objects.filter(
        user_id=person, content_object_id=organisation
    )
    wanted = RIGHTS_OF[role]
    held.exclude(permission__codename__in=wanted).delete()
    permissions = Permission.objects.filter(content_type__app_label="company", codename__in=wanted)
    OrganisationUserObjectPermission.objects.bulk_create(
        (
            OrganisationUserObjectPermission(
                user_id=person, content_object_id=organisation, permission=permission
            )
            for permission in permissions
        ),
        ignore_conflicts=True,
    )


@dataclass(frozen=True)
class Shell:
    """What the page header needs to know."""

    companies: list[Company]
    more_companies: bool
    company: Company | None


class LazyShell:
    """The header's data, fetched only by pages that draw it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __getattr__(self, name: str) -> Any:
        self.__dict__.update(vars(self._load()))
        return self.__dict__[name]

    def _load(self) -> Shell:
        request = self.request
        companies = getattr(request, "companies", None)
        if companies is None:
            person = getattr(getattr(request, "user", None), "pk", None)
            companies = companies_of(person) if person else []
        by_name: Iterable[Company] = sorted(
            companies[:SWITCHER_SIZE], key=lambda company: company.name.casefold()
        )
        return Shell(
            list(by_name),
            len(companies) > SWITCHER_SIZE,
            getattr(request, "company", None),
        )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` and ``staff_url`` for templates/base.html."""
    user = getattr(request, "user", None)
    staff = user is not None and user.is_staff and "staff" in settings.DATABASES
    return {
        "shell": LazyShell(request),
        "staff_url": reverse("admin:index") if staff else None,
    }
