"""The staff site's page of erasures: what was done, to which tables, with which result."""

from django.contrib import admin
from django.http import HttpRequest

from registry.company.staff import CompanyRowAdmin
from registry.rights.models import ErasureRun, ErasureStep


class ErasureStepInline(admin.TabularInline):
    model = ErasureStep
    fields = ("sequence", "table_name", "action", "rows", "residual", "law", "until")
    ordering = ("sequence",)
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: ErasureRun | None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ErasureRun | None = None) -> bool:
        return False


@admin.register(ErasureRun)
class ErasureRunAdmin(CompanyRowAdmin):
    """Newest first, since the companies can't be searched for any more."""

    list_display = ("started_at", "scope", "organisation_id", "verified_at")
    list_filter = ("scope",)
    list_select_related = False
    found_by = ()
    search_fields = ()
    ordering = ("-started_at", "-id")
    fields = ("scope", "organisation_id", "started_at", "verified_at", "plan_hash", "fingerprint")
    readonly_fields = ("organisation_id",)
    autocomplete_fields = ()
    inlines = (ErasureStepInline,)
