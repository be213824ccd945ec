"""Payment events: the fourth group of the notice's section 5.

Payments and sales are accounting vouchers (Accounting Act 1336/1997, chapter 2, section 10):
they outlive the customer relationship by law, so they carry no person's name or link by design.
The buyer stands on them as it was on the day, and they are never rewritten.
"""

import uuid
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from registry.company.fields import BusinessIdField, LineField
from registry.company.models import BUSINESS_ID, Organisation

BUYERS_BUSINESS_ID = models.CheckConstraint(
    condition=models.Q(buyer_business_id__regex=BUSINESS_ID),
    name="payments_%(class)s_buyer_business_id_form",
)


class Voucher(models.Model):
    """What every voucher states. ``retain_until`` comes from ``retention.retain_until``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.DO_NOTHING,
        related_name="%(class)ss",
        db_index=False,
        verbose_name=_("company"),
    )
    number = LineField(_("voucher number"), max_length=30)
    dated_on = models.DateField(_("date"))
    buyer_name = LineField(_("buyer: company name"), max_length=200)
    buyer_business_id = BusinessIdField(_("buyer: Business ID"), max_length=9)
    buyer_address = LineField(_("buyer: address"), max_length=300, blank=True)
    net = models.DecimalField(_("net, EUR"), max_digits=12, decimal_places=2)
    vat = models.DecimalField(
        _("VAT, EUR"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    retain_until = models.DateField(_("kept until"), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


class Sale(Voucher):
    """A sale invoiced to a company."""

    description = LineField(_("product or service"), max_length=200)

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        constraints = (
            BUYERS_BUSINESS_ID,
            models.UniqueConstraint(
                fields=["organisation", "number"], name="payments_sale_number_once"
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "-dated_on", "-id"], name="sale_by_date"),
            models.Index(fields=["retain_until"], name="sale_retain_until"),
        )


class Payment(Voucher):
    """A payment received from, or returned to, a company."""

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("bank transfer")
        E_INVOICE = "e_invoice", _("e-invoice")
        CARD = "card", _("card")
        REFUND = "refund", _("refund")

    method = models.CharField(_("method of payment"), max_length=12, choices=Method)
    reference = LineField(_("payment reference"), max_length=25, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = (
            BUYERS_BUSINESS_ID,
            models.UniqueConstraint(
                fields=["organisation", "number"], name="payments_payment_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(method__in=["transfer", "e_invoice", "card", "refund"]),
                name="payments_payment_method",
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "-dated_on", "-id"], name="payment_by_date"),
            models.Index(fields=["retain_until"], name="payment_retain_until"),
        )


class ServiceEvent(models.Model):
    """A service measure for a company: advice given, training held, an account reset.

    No voucher: it goes with the company. The link to the person served is cut when that person
    is erased.
    """

    class Kind(models.TextChoices):
        ADVICE = "advice", _("advice")
        TRAINING = "training", _("training")
        TECHNICAL = "technical", _("technical support")
        ACCOUNT = "account", _("user management")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, related_name="service_events", db_index=False
    )
    happened_at = models.DateTimeField(_("time"), db_default=Now())
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    minutes = models.PositiveSmallIntegerField(
        _("time used, minutes"), default=15, validators=[MinValueValidator(1)]
    )
    membership = models.ForeignKey(
        "persons.Membership",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="service_events",
        verbose_name=_("person served"),
    )

    class Meta:
        verbose_name = _("service event")
        verbose_name_plural = _("service events")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["advice", "training", "technical", "account"]),
                name="payments_serviceevent_kind",
            ),
        )
        indexes = (
            models.Index(
                fields=["organisation", "-happened_at", "-id"], name="service_event_by_time"
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
