"""The staff site's page of customer relationships."""

from django.contrib import admin

from registry.company.staff import CompanyRowAdmin
from registry.relationship.models import Relationship


@admin.register(Relationship)
class RelationshipAdmin(CompanyRowAdmin):
    """Support notes when a relationship ends; it begins when the company signs up."""

    changeable = True
    list_display = ("company", "started_on", "ended_on")
    ordering = ("organisation__name_key", "id")
    fields = ("organisation", "started_on", "ended_on")
    readonly_fields = ("organisation", "started_on")
