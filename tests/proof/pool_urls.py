"""The service's addresses, and pages of the proofs' own that go wrong on request."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import connections, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

from dig1 import urls
from dig1.urls import handler400, handler403, handler404, handler500  # noqa: F401
from registry.company import tenant
from registry.company.access import company_page
from registry.company.models import Organisation
from registry.persons.models import Membership


class Aborted(BaseException):
    """What a server throws into a worker whose client has gone or whose time is over."""


def fail(how: str) -> None:
    match how:
        case "raise":
            raise RuntimeError("as asked")
        case "abort":
            raise Aborted
        case "break the transaction":
            with connections[tenant.alias()].cursor() as cursor:
                cursor.execute("SELECT 1 / 0")


@company_page()
def rows(request: HttpRequest) -> JsonResponse:
    """Whose rows are visible here, without any filter."""
    found = set(Membership.objects.values_list("organisation_id", flat=True))
    found |= set(Organisation.objects.values_list("id", flat=True))
    fail(request.GET.get("then", ""))
    return JsonResponse({"companies": [str(company) for company in found]})


@company_page()
def back(request: HttpRequest) -> JsonResponse:
    """Whose addresses are visible after going back to the savepoint before the view."""
    transaction.savepoint_rollback(request.before_view, using=tenant.alias())
    found: list[Any] = list(EmailAddress.objects.values_list("email", flat=True))
    return JsonResponse({"addresses": found})


urlpatterns = [
    path("proof/<uuid:organisation_id>/", rows),
    path("proof/<uuid:organisation_id>/back/", back),
    *urls.urlpatterns,
]
