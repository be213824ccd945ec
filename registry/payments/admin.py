"""The staff site's pages of payments, sales and service events: entered, and never rewritten."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.staff import RowForm
from registry.company.staff import CompanyRowAdmin
from registry.payments.actions import voucher
from registry.payments.models import Payment, Sale, ServiceEvent, Voucher

STATED_BY_THE_COMPANY = ("buyer_name", "buyer_business_id", "buyer_address", "retain_until")


class VoucherForm(RowForm):
    """The buyer is taken from the company, the end of retention from the law."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        organisation, dated_on = data.get("organisation"), data.get("dated_on")
        if organisation and dated_on:
            stated = voucher(organisation=organisation, dated_on=dated_on)
            for name, value in stated.items():
                setattr(self.instance, name, value)
        return data


class VoucherAdmin(CompanyRowAdmin):
    addable = True
    form = VoucherForm
    ordering = ("-dated_on", "-id")

    def get_fields(self, request: HttpRequest, obj: Voucher | None = None) -> tuple[str, ...]:
        return (*self.fields, *STATED_BY_THE_COMPANY) if obj else self.fields


@admin.register(Sale)
class SaleAdmin(VoucherAdmin):
    list_display = ("dated_on", "number", "company", "description", "net", "vat")
    fields = ("organisation", "number", "dated_on", "description", "net", "vat")


@admin.register(Payment)
class PaymentAdmin(VoucherAdmin):
    list_display = ("dated_on", "number", "company", "method", "net", "vat")
    list_filter = ("method",)
    fields = ("organisation", "number", "dated_on", "method", "reference", "net", "vat")


class ServiceEventForm(RowForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean()
        organisation, membership = data.get("organisation"), data.get("membership")
        if organisation and membership and membership.organisation_id != organisation.pk:
            self.add_error("membership", _("This person does not belong to the company."))
        return data


@admin.register(ServiceEvent)
class ServiceEventAdmin(CompanyRowAdmin):
    addable = True
    form = ServiceEventForm
    list_display = ("happened_at", "company", "kind", "minutes")
    list_filter = ("kind",)
    ordering = ("-happened_at", "-id")
    fields = ("organisation", "membership", "kind", "minutes", "happened_at")
    raw_id_fields = ("organisation", "membership")
