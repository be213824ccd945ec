"""The staff site's pages of erasures and of the nightly retention: what was done, to which tables,
with which result; and of the requests for correction, which are answered there."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.company.staff import CompanyRowAdmin
from registry.rights import requests
from registry.rights.correction import DecidedBy
from registry.rights.forms import AnswerForm
from registry.rights.models import (
    CorrectionRequest,
    ErasureRun,
    ErasureStep,
    RetentionLine,
    RetentionRun,
)
from registry.rights.told import Told, title


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

    list_display = ("started_at", "scope", "company", "certified_at", "refused_at", "called_off_at")
    list_filter = ("scope", ("certified_at", admin.EmptyFieldListFilter))
    list_select_related = False
    found_by = ()
    search_fields = ()
    ordering = ("-started_at", "-id")
    fields = (
        "scope",
        "company",
        "started_at",
        "not_before",
        "called_off_at",
        "refused_at",
        "noted_at",
        "journalled_at",
        "deleted_at",
        "files_deleted_at",
        "files",
        "verified_at",
        "certified_at",
        "plan_hash",
        "fingerprint",
    )
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


class StateFilter(admin.SimpleListFilter):
    """Open ones, unless the answered are asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("answered", _("answered"))]

    def choices(self, changelist: Any) -> Any:
        default, *others = super().choices(changelist)
        yield {**default, "display": _("open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        answered = self.value() == "answered"
        return queryset.filter(decided_at__isnull=not answered)


@admin.register(CorrectionRequest)
class CorrectionRequestAdmin(CompanyRowAdmin):
    """Due first. Staff answer what no company's admin decides, and what is overdue with one."""

    list_display = ("due_on", "lateness", "value", "person", "company")
    list_filter = (StateFilter,)
    found_by = ()
    search_fields = ()
    ordering = ("due_on", "id")
    fields = (
        "value",
        "person",
        "organisation",
        "old",
        "new",
        "reason",
        "made_at",
        "due_on",
        "decided_by",
        "decided_at",
        "outcome",
        "answer",
    )
    readonly_fields = ("value", "person", "old", "new")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == StateFilter.parameter_name

    def get_queryset(self, request: HttpRequest) -> QuerySet[CorrectionRequest]:
        return requests.to_staff()

    @admin.display(description=_("state"), empty_value="")
    def lateness(self, one: CorrectionRequest) -> str:
        late = one.decided_at is None and one.due_on < timezone.localdate()
        return gettext("Overdue") if late else ""

    @admin.display(description=_("which value"))
    def value(self, one: CorrectionRequest) -> str:
        return title(one)

    @admin.display(description=_("person"))
    def person(self, one: CorrectionRequest) -> str | None:
        return one.email

    @admin.display(description=_("stored value"))
    def old(self, one: CorrectionRequest) -> str:
        return Told.of(one, DecidedBy.STAFF).old

    @admin.display(description=_("correct value"))
    def new(self, one: CorrectionRequest) -> str:
        return Told.of(one, DecidedBy.STAFF).new

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.answer)
        name = "rights_correctionrequest_answer"
        return [path("<uuid:pk>/answer/", view, name=name), *super().get_urls()]

    def answer(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What is asked for and what is stored now; then the answer."""
        if not admin.ModelAdmin.has_change_permission(self, request):
            raise PermissionDenied
        one = self.get_queryset(request).filter(pk=pk).first()
        if one is None:
            raise Http404
        if one.decided_at or one.person_id == request.user.pk:
            self.tell_why_not(request, one)
            return redirect("admin:rights_correctionrequest_change", pk)
        form = AnswerForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self.answered(request, one, form):
            return redirect("admin:rights_correctionrequest_changelist")
        told = Told.of(one, DecidedBy.STAFF)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Answer the request"),
            "opts": self.opts,
            "original": one,
            "one": one,
            "told": told,
            "form": form.on(told),
        }
        return TemplateResponse(request, "admin/rights/correctionrequest/answer.html", context)

    def tell_why_not(self, request: HttpRequest, one: CorrectionRequest) -> None:
        if one.decided_at:
            messages.info(request, gettext("The request has been answered already."))
        else:
            messages.error(request, gettext("Nobody answers their own request."))

    def answered(self, request: HttpRequest, one: CorrectionRequest, form: AnswerForm) -> bool:
        """Whether the answer is given, by this click or another; else the form says why not."""
        given = form.given()
        try:
            requests.answer(request=one, decider=request.user.pk, by=DecidedBy.STAFF, **given)
        except ValidationError as error:
            form.add_error(None, error)
            return False
        except requests.CompanyClosed:
            form.add_error(None, gettext("The company's data is about to be deleted."))
            return False
        except requests.Withdrawn:
            messages.info(request, gettext("The request is not there any more."))
        except requests.AlreadyAnswered:
            messages.info(request, gettext("The request has been answered already."))
        else:
            self.log_change(request, one, [{"changed": {"fields": ["outcome"]}}])
            messages.success(
                request, gettext("The answer is saved, and the person is told by mail.")
            )
        return True
