"""The staff site's pages of rows that belong to a company."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.staff import RegisterAdmin
from registry.company.models import Organisation
from registry.company.search import find_organisations


class CompanyRowAdmin(RegisterAdmin):
    """Rows are listed for companies that were searched for, or for the one linked from its page."""

    found_by = ("organisation",)
    search_fields = ("organisation",)
    search_help_text = _(
        "A company's name, trade name or Business ID, or the beginning of a person's email address."
    )
    list_select_related = ("organisation",)
    # Chosen from the list with its sealed search: what completes by itself asks by address.
    raw_id_fields = ("organisation",)

    @admin.display(description=_("company"))
    def company(self, row: Model) -> Organisation:
        """The column of lists: what the code calls organisation people call company."""
        return row.organisation

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        labels = {"organisation": _("Company")}
        return super().get_form(request, obj, change, labels=labels, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            queryset = queryset.filter(organisation_id__in=find_organisations(search_term))
        return queryset, False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Model], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField:
        """Nothing new for a company that has been erased, or is about to be."""
        if db_field.name == "organisation":
            kwargs["queryset"] = Organisation.objects.filter(erased_at=None, locked_at=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
