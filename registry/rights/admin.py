"""The staff site's page of erasures: what was done, to which tables, with which result."""

from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

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

    list_display = ("started_at", "scope", "company", "verified_at")
    list_filter = ("scope",)
    list_select_related = False
    found_by = ()
    search_fields = ()
    ordering = ("-started_at", "-id")
    fields = ("scope", "company", "started_at", "verified_at", "plan_hash", "fingerprint")
    readonly_fields = ("company",)
    inlines = (ErasureStepInline,)

    @admin.display(description=_("company"))
    def company(self, run: ErasureRun) -> UUID | None:
        """Only its key: the company may be gone."""
        return run.organisation_id
