"""Company basics: the first group of the notice's section 5."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from phonenumber_field.modelfields import PhoneNumberField

from registry.company.fields import BusinessIdField, LineField, LinesField
from registry.company.roles import Right
from registry.company.validators import validate_visible

BUSINESS_ID = "^[0-9]{7}-[0-9]$"


def address(kind: str) -> LineField:
    return LineField(kind, max_length=120, blank=True)


class Organisation(models.Model):
    """A customer company: the tenant.

    Anybody may sign a company up, so a Business ID proves nothing until Dig1 has identified the
    company when the contract is made (``identified_at``). Uniqueness holds among identified
    companies: a stranger can neither learn that a Business ID is a customer's, nor reserve one.

    After erasure the row stays as a tombstone: its key, and the time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = LineField(_("company name"), max_length=200)
    name_key = models.GeneratedField(
        expression=Lower("name"),
        output_field=models.CharField(max_length=200, db_collation="C"),
        db_persist=True,
    )
    business_id = BusinessIdField(_("Business ID"), max_length=9, db_collation="C")
    identified_at = models.DateTimeField(_("identified by Dig1"), null=True, editable=False)

    visiting_street = address(_("visiting address: street"))
    visiting_postal_code = LineField(_("visiting address: postal code"), max_length=16, blank=True)
    visiting_city = address(_("visiting address: town"))
    postal_street = address(_("postal address: street or P.O. box"))
    postal_postal_code = LineField(_("postal address: postal code"), max_length=16, blank=True)
    postal_city = address(_("postal address: town"))
    invoicing_street = address(_("invoicing address: street or P.O. box"))
    invoicing_postal_code = LineField(
        _("invoicing address: postal code"), max_length=16, blank=True
    )
    invoicing_city = address(_("invoicing address: town"))
    phone = PhoneNumberField(_("company phone number"), blank=True)
    email = models.EmailField(_("company email address"), blank=True, validators=[validate_visible])
    other_contact_details = LinesField(_("other contact details"), max_length=500, blank=True)
    e_invoice_address = LineField(_("e-invoice address"), max_length=40, blank=True)
    e_invoice_operator = LineField(_("e-invoice operator"), max_length=40, blank=True)

    mfa_required = models.BooleanField(_("two-step sign-in required"), default=False)
    created_at = models.DateTimeField(_("registered"), db_default=Now(), editable=False)
    locked_at = models.DateTimeField(_("locked for deletion"), null=True, editable=False)
    erased_at = models.DateTimeField(_("deleted"), null=True, editable=False)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        default_permissions = ("add", "change", "delete", "view")
        permissions = tuple((right.value, right.label) for right in Right)
        constraints = (
            models.UniqueConstraint(
                fields=["business_id"],
                condition=models.Q(identified_at__isnull=False, erased_at__isnull=True),
                name="company_organisation_identified_business_id",
            ),
            models.CheckConstraint(
                condition=models.Q(business_id__regex=BUSINESS_ID)
                | models.Q(business_id="", erased_at__isnull=False),
                name="company_organisation_business_id_form",
            ),
        )
        indexes = (
            models.Index(fields=["business_id"], name="organisation_business_id"),
            models.Index(fields=["name_key"], name="organisation_name_key"),
            # For sec.search_organisations (sql/search.sql), which repeats the expression.
            GinIndex(SearchVector("name", config="simple"), name="organisation_words"),
        )

    def __str__(self) -> str:
        return self.name


class TradeName(models.Model):
    """A trade name (aputoiminimi) of a company."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="trade_names")
    name = LineField(_("trade name"), max_length=200)
    name_key = models.GeneratedField(
        expression=Lower("name"),
        output_field=models.CharField(max_length=200, db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("trade name")
        verbose_name_plural = _("trade names")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "name_key"],
                name="company_tradename_once",
                violation_error_message=_("This trade name is already listed."),
            ),
        )
        indexes = (
            models.Index(fields=["name_key"], name="tradename_name_key"),
            GinIndex(SearchVector("name", config="simple"), name="tradename_words"),
        )

    def __str__(self) -> str:
        return self.name


class Change(models.Model):
    """Who changed which columns when; never the values. Written by a database trigger.

    The trigger (``sql/guards.sql``) sees every path: forms, admin site, imports. A forgotten
    call can't leave a gap.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, related_name="changes", db_index=False
    )
    at = models.DateTimeField(_("time"), db_default=Now())
    table_name = models.CharField(_("table"), max_length=63)
    row_id = models.UUIDField(_("row"))
    columns = ArrayField(models.CharField(max_length=63), verbose_name=_("changed columns"))
    # The account, not the membership: who did it stays answerable while the account exists.
    changed_by = models.UUIDField(_("changed by"), null=True)
    by_staff = models.BooleanField(_("changed by Dig1's staff"), default=False)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=["organisation", "-at", "-id"], name="change_by_time"),
            models.Index(fields=["changed_by"], name="change_by_person"),
        )

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"


class AccessEvent(models.Model):
    """Somebody looked at a person's data: who, at whose, on which page, when; never what it said.

    One row for each person that a page showed, written with the page. The person reads it beside
    their data, without the name of the employee (CJEU C-579/21).
    """

    class Page(models.TextChoices):
        PEOPLE = "people", _("list of people")
        PERSON = "person", _("a person's data")
        COMPANY_DATA = "company_data", _("company data")
        EXPORT = "export", _("download of the company's data")
        CORRECTION = "correction", _("request for correction")
        STAFF_LIST = "staff_list", _("list on Dig1's staff site")
        STAFF_PAGE = "staff_page", _("page on Dig1's staff site")

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("time"), db_default=Now())
    person_id = models.UUIDField()
    # The account, as in the history of changes.
    actor_id = models.UUIDField(_("looked at by"), null=True)
    by_staff = models.BooleanField(_("looked at by Dig1's staff"), default=False)
    page = models.CharField(_("page"), max_length=12, choices=Page)

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=["person_id", "-at", "-id"], name="access_by_person"),
            models.Index(fields=["organisation", "-at", "-id"], name="access_by_company"),
            models.Index(fields=["actor_id", "-at", "-id"], name="access_by_actor"),
            # Rows come in the order of time, and only the nightly retention asks by it alone. An
            # index that could sort as well would mislead the planner in search of one person's.
            BrinIndex(fields=["at"], name="access_by_time", autosummarize=True),
        )

    def __str__(self) -> str:
        return f"{self.page} {self.at}"


class OrganisationUserObjectPermission(UserObjectPermissionBase):
    """A company admin's right on their own organisation.

    A direct foreign key: rows grow with admins, and none outlives its organisation to be
    inherited by a later row with the same key.
    """

    id = models.BigAutoField(primary_key=True)
    content_object = models.ForeignKey(
        Organisation, models.DO_NOTHING, db_column="organisation_id", related_name="user_rights"
    )

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = _("right in the company")
        verbose_name_plural = _("rights in the company")
        default_permissions = ()


class OrganisationGroupObjectPermission(GroupObjectPermissionBase):
    """The twin for groups, which guardian asks too; nothing grants a group a company's data."""

    id = models.BigAutoField(primary_key=True)
    content_object = models.ForeignKey(
        Organisation, models.DO_NOTHING, db_column="organisation_id", related_name="group_rights"
    )

    class Meta(GroupObjectPermissionBase.Meta):
        default_permissions = ()
