"""The staff site's pages of companies and of their changes."""

from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.staff import RegisterAdmin
from registry.company.identification import AlreadyIdentified, identify, same_business_id
from registry.company.models import AccessEvent, Change, Organisation
from registry.company.queries import BASICS
from registry.company.search import find_organisations
from registry.company.staff import CompanyRowAdmin

NAME, *CONTACT_DETAILS = BASICS
KEPT_BY_THE_COMPANY = (NAME, "trade_names", *CONTACT_DETAILS, "mfa_required")


@admin.register(Organisation)
class OrganisationAdmin(RegisterAdmin):
    """Companies, which maintain their own data; Dig1 corrects the Business ID and identifies."""

    changeable = True
    list_display = ("name", "business_id", "identified_at", "created_at")
    ordering = ("name_key", "id")
    search_fields = ("name", "business_id")
    search_help_text = CompanyRowAdmin.search_help_text
    fields = ("business_id", "identified_at", "created_at", *KEPT_BY_THE_COMPANY)
    readonly_fields = ("identified_at", "created_at", *KEPT_BY_THE_COMPANY)

    @admin.display(description=_("trade names"))
    def trade_names(self, company: Organisation) -> str:
        names = company.trade_names.order_by("name_key").values_list("name", flat=True)
        return ", ".join(names[:50])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        """Without the tombstones of erased companies, whose name is empty."""
        return super().get_queryset(request).filter(erased_at=None, name_key__gt="")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Organisation], search_term: str
    ) -> tuple[QuerySet[Organisation], bool]:
        if search_term:
            queryset = queryset.filter(pk__in=find_organisations(search_term))
        return queryset, False

    def save_model(
        self, request: HttpRequest, obj: Organisation, form: ModelForm, change: bool
    ) -> None:
        """Whoever has been identified was so with the Business ID of before."""
        if "business_id" in form.changed_data:
            obj.identified_at = None
        obj.save(update_fields=["business_id", "identified_at"])

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.identify)
        name = "company_organisation_identify"
        return [path("<uuid:pk>/identify/", view, name=name), *super().get_urls()]

    def identify(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show who else claims the Business ID; then identify the company."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        company = self.get_queryset(request).filter(pk=pk).first()
        if company is None:
            raise Http404
        if request.method == "POST":
            self.identify_or_tell(request, company)
            return redirect("admin:company_organisation_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Identify the company"),
            "opts": self.opts,
            "original": company,
            "others": same_business_id(company)[:20],
        }
        return TemplateResponse(request, "admin/company/organisation/identify.html", context)

    def identify_or_tell(self, request: HttpRequest, company: Organisation) -> None:
        try:
            identify(organisation=company.pk)
        except AlreadyIdentified:
            messages.error(
                request,
                gettext("Another company with the same Business ID has been identified already."),
            )
        else:
            self.log_change(request, company, [{"changed": {"fields": ["identified_at"]}}])
            messages.success(request, gettext("The company is now identified."))


@admin.register(Change)
class ChangeAdmin(CompanyRowAdmin):
    list_display = ("at", "company", "table_name", "columns", "by_staff")
    list_filter = ("by_staff",)
    ordering = ("-at", "-id")
    fields = ("organisation", "at", "table_name", "row_id", "columns", "changed_by", "by_staff")


@admin.register(AccessEvent)
class AccessEventAdmin(CompanyRowAdmin):
    """Who looked at whose data: for those who watch over it. Reached from a company or a person."""

    list_display = ("at", "person", "looked_at_by", "page", "company")
    list_filter = ("by_staff",)
    found_by = ("organisation", "person_id")
    ordering = ("-at", "-id")
    fields = ("at", "person", "looked_at_by", "by_staff", "page", "organisation")
    readonly_fields = ("person", "looked_at_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessEvent]:
        """With the addresses of both: the rows hold keys only."""
        users = get_user_model().objects
        return (
            super()
            .get_queryset(request)
            .annotate(
                person_email=Subquery(users.filter(pk=OuterRef("person_id")).values("email")),
                actor_email=Subquery(users.filter(pk=OuterRef("actor_id")).values("email")),
            )
        )

    @admin.display(description=_("person"))
    def person(self, look: AccessEvent) -> str | None:
        return look.person_email

    @admin.display(description=_("looked at by"))
    def looked_at_by(self, look: AccessEvent) -> str | None:
        return look.actor_email
