from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.company.access import company_page
from registry.company.roles import Right
from registry.relationship import queries


@company_page(Right.VIEW_PERSONAL_DATA)
@require_safe
def relationship(request: HttpRequest) -> HttpResponse:
    """When the customer relationship began and ended, and which messages belong to it."""
    period = queries.relationship_of(request.company.id)
    return render(request, "relationship/relationship.html", {"period": period})
