"""The staff site's pages of memberships and invitations."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.lists import beginning
from accounts.models import User
from registry.company.search import MOST, find_organisations
from registry.company.staff import CompanyRowAdmin
from registry.persons.models import Invitation, Membership


@admin.register(Membership)
class MembershipAdmin(CompanyRowAdmin):
    list_display = ("user", "company", "role", "office", "position")
    list_filter = ("role",)
    list_select_related = ("organisation", "user")
    found_by = ("organisation", "user")
    ordering = ("user__email", "id")
    fields = ("user", "organisation", "role", "office", "position", "joined_at")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The persons found, and the people of the companies found by name or Business ID."""
        if not search_term:
            return queryset, False
        people = User.objects.filter(**beginning("email", search_term.lower()))
        found = Q(user_id__in=list(people.values_list("id", flat=True)[:MOST]))
        if "@" not in search_term:
            found |= Q(organisation_id__in=find_organisations(search_term))
        return queryset.filter(found), False


@admin.register(Invitation)
class InvitationAdmin(CompanyRowAdmin):
    list_display = ("email", "company", "role", "sent_at", "expires_at")
    list_filter = ("role",)
    ordering = ("email", "id")
    fields = (
        "email",
        "organisation",
        "role",
        "office",
        "position",
        "invited_by",
        "sent_at",
        "expires_at",
    )
