"""Correction in place (GDPR Article 16): one declared column of one's own at a time."""

from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.forms import ModelForm, TextInput, modelform_factory
from django.http import Http404
from django.urls import reverse
from phonenumber_field.modelfields import PhoneNumberField

from registry.company import tenant
from registry.company.tenant import Context, Scope
from registry.declarations.plan import Column, Table, plan
from registry.declarations.vocabulary import Editor

# Where the sign-in package corrects a value, with verification of the new one.
SIGN_IN_PAGES = {
    ("accounts_user", "email"): "account_email",
    ("accounts_user", "password"): "account_change_password",
    ("account_emailaddress", "email"): "account_email",
    ("mfa_authenticator", "type"): "mfa_index",
    ("mfa_authenticator", "data"): "mfa_index",
}


def edit_url(table: Table, column: Column, key: Any) -> str:
    """Where the person corrects the value, or "" where somebody else must."""
    match column.personal.editor:
        case Editor.SUBJECT:
            return reverse("inspection_edit", args=[table.name, key, column.name])
        case Editor.SIGN_IN_PAGES:
            return address(SIGN_IN_PAGES[table.name, column.name])
    return ""


@cache
def address(page: str) -> str:
    return reverse(page)


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
    """Store the corrected column, and no other. The form must be valid."""
    form.instance.save(update_fields=[column])
