"""The staff site's pages of erasures and of the nightly retention: what was done, to which tables,
with which result."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registry.company.staff import CompanyRowAdmin
from registry.rights.models import ErasureRun, ErasureStep, RetentionLine, RetentionRun


class RecordedInline(admin.TabularInline):
    """The lines of a record, which nobody changes."""

    ordering = ("sequence",)
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ErasureStepInline(RecordedInline):
    model = ErasureStep
    fields = ("sequence", "table_name", "action", "rows", "residual", "law", "until")


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


class RetentionLineInline(RecordedInline):
    model = RetentionLine
    verbose_name_plural = _("what went, and why")
    fields = ("table_name", "reason", "rows")


@admin.register(RetentionRun)
class RetentionRunAdmin(CompanyRowAdmin):
    """Newest first. One that did not finish was stopped: the next has done the rest."""

    raw_id_fields = ()
    list_display = ("started_at", "finished_at", "rows")
    list_select_related = False
    found_by = ()
    search_fields = ()
    ordering = ("-started_at", "-id")
    fields = ("started_at", "finished_at", "plan_hash")
    inlines = (RetentionLineInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RetentionRun]:
        return super().get_queryset(request).annotate(rows=Sum("lines__rows", default=0))

    @admin.display(description=_("rows"))
    def rows(self, run: RetentionRun) -> int:
        return run.rows
