"""Correction (GDPR Article 16): who corrects which value, and one's own in place, one at a time."""

from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.forms import ModelForm, TextInput, modelform_factory
from django.http import Http404
from django.urls import reverse
from phonenumber_field.modelfields import PhoneNumberField

from registry.company import tenant
from registry.company.roles import Role
from registry.company.tenant import Context, Scope
from registry.declarations.plan import Column, Table, plan
from registry.declarations.vocabulary import Category, Display, Editor, Purpose
from registry.rights.models import CorrectionRequest

DecidedBy = CorrectionRequest.DecidedBy
REQUESTS = CorrectionRequest._meta.db_table
MEMBERSHIP = "persons_membership"

# Where the sign-in package corrects a value, with verification of the new one.
SIGN_IN_PAGES = {
    ("accounts_user", "email"): "account_email",
    ("accounts_user", "password"): "account_change_password",
    ("account_emailaddress", "email"): "account_email",
    ("mfa_authenticator", "type"): "mfa_index",
    ("mfa_authenticator", "data"): "mfa_index",
}
# Where a company's admin corrects what others ask for, by the key of the row.
ADMIN_PAGES = {(MEMBERSHIP, "role"): "person_edit"}
BY_THEMSELVES = (Editor.SUBJECT, Editor.SIGN_IN_PAGES)
# What happened, what lets somebody in, and what a company has written in its assessments, where its
# people correct it themselves: no click of anybody's rewrites these.
NEVER_REWRITTEN = (Category.LOG, Category.SIGN_IN, Category.ASSESSMENT, Category.AUTHORSHIP)


# --- who corrects what ---------------------------------------------------------------------------


def edit_url(table: Table, column: Column, row: dict[str, Any]) -> str:
    """Where the person corrects the value of their row, or "" where somebody else must."""
    match column.personal.editor:
        case Editor.SUBJECT:
            return reverse("inspection_edit", args=[table.name, row["key"], column.name])
        case Editor.SIGN_IN_PAGES:
            return address(SIGN_IN_PAGES[table.name, column.name])
        case Editor.COMPANY_ADMIN if row.get("role") == Role.ADMIN:
            return ask_url(table, row, column)  # which leads an admin to the page of people
    return ""


def ask_url(table: Table, row: dict[str, Any], column: Column | None = None) -> str:
    """Where the person asks for the correction of a value, or without a column of any of the row.

    Composed, since a page may have thousands.
    """
    return f"{address('inspection')}oikaisu/{table.name}/{row['key']}/" + (
        f"{column.name}/" if column else ""
    )


@cache
def address(page: str) -> str:
    return reverse(page)


def is_requestable(table: Table, column: Column) -> bool:
    """Whether people ask for a correction of the value, since they see it and may not edit it.

    Requests themselves are withdrawn and made again. Rows whose key is a secret (open sessions)
    can't be named in an address; they are ended, not corrected.
    """
    spec = column.personal
    return (
        spec is not None
        and spec.display is Display.VALUE
        and spec.editor not in BY_THEMSELVES
        and bool(table.subject or table.link_columns)
        and table.name != REQUESTS
        and table.column(table.key).personal is None
    )


def requestable(table: Table) -> tuple[Column, ...]:
    return tuple(column for column in table.columns if is_requestable(table, column))


def decides(column: Column) -> DecidedBy:
    """Who decides on a request, as the column's declaration says."""
    by_admin = column.personal.editor is Editor.COMPANY_ADMIN
    return DecidedBy.ADMIN if by_admin else DecidedBy.STAFF


def takes_value(column: Column) -> bool:
    """Whether the value asked for can be stored as it stands, and so is asked for in its form.

    What the service has noted of what happened, and what opens doors, is not rewritten by a click:
    whoever accepts such a request says what they have done. A role is for the company's admin to
    give.
    """
    spec = column.personal
    return decides(column) is DecidedBy.ADMIN or not (
        spec.link or spec.category in NEVER_REWRITTEN or Purpose.SECURITY in spec.purposes
    )


def stored_by_click(column: Column, by: DecidedBy) -> bool:
    """Whether accepting stores the value: not where staff answer for an admin."""
    return takes_value(column) and decides(column) is by


# --- one's own values, in place ------------------------------------------------------------------


def own_row(*, person: UUID, table: str, key: UUID, column: str) -> models.Model:
    """A row of the person's own, to correct ``column`` of it. Enters the row's company if any.

    Raises Http404 unless the column is declared to be the person's own to edit, and the row is
    theirs: the person's own context shows no others.
    """
    try:
        declared = plan().table(table)
        spec = declared.column(column).personal
    except KeyError:
        raise Http404 from None
    if spec is None or spec.editor is not Editor.SUBJECT or not isinstance(declared.subject, str):
        raise Http404
    row = declared.model.objects.filter(pk=key, **{declared.subject: person}).first()
    if row is None:
        raise Http404
    if declared.tenant:
        organisation = getattr(row, declared.tenant)
        tenant.enter(Context(Scope.CUSTOMER, organisation, person))
    return row


def correction_form(row: models.Model, column: str, data: Any = None) -> ModelForm:
    """A form of this one column, so that no other can be changed along with it."""
    field = row._meta.get_field(column)
    # A plain input, since the package's own shows a number it can't read otherwise than typed.
    tel = (
        {column: TextInput(attrs={"type": "tel"})} if isinstance(field, PhoneNumberField) else None
    )
    form = modelform_factory(type(row), fields=[column], widgets=tel)
    made = form(data, instance=row)
    made.fields[column].widget.attrs["autofocus"] = True  # it stands far down a long page
    return made


def correct(*, form: ModelForm, column: str) -> None:
    """Store the corrected column, and no other. The form must be valid.

    Raises Http404 if the row has been erased meanwhile.
    """
    row = form.instance
    if not type(row).objects.filter(pk=row.pk).update(**{column: getattr(row, column)}):
        raise Http404
