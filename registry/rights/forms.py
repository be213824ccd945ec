from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.company.validators import validate_visible
from registry.declarations.plan import Column
from registry.rights.correction import takes_value
from registry.rights.formatting import formatted
from registry.rights.models import CorrectionRequest
from registry.rights.told import Told
from registry.rights.values import Stored

Outcome = CorrectionRequest.Outcome


class ConfirmErasure(forms.Form):
    """Confirms exactly the preview that was shown."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ConfirmCompanyErasure(ConfirmErasure):
    company_name = forms.CharField(
        label=_("Type the company's name to confirm"), max_length=200, strip=True
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        self.fields["company_name"].help_text = name
        self.fields["company_name"].widget.attrs["autocomplete"] = "off"

    def clean_company_name(self) -> str:
        typed = self.cleaned_data["company_name"]
        if " ".join(typed.split()).casefold() != " ".join(self.name.split()).casefold():
            raise forms.ValidationError(
                _("This is not the company's name. Type it as it is written below the field."),
                code="name",
            )
        return typed


def asked_for(name: str, **options: Any) -> forms.Field:
    """The form field of a request's column: its label, limits and checks."""
    return CorrectionRequest._meta.get_field(name).formfield(**options)


class AskForm(forms.Form):
    """A request for the correction of a value: in the value's own form where that can be stored
    as it stands, else in words."""

    reason = asked_for("reason", widget=forms.Textarea(attrs={"rows": 4}))
    field_order = ("new_value", "reason")

    def __init__(self, *args: Any, stored: Stored, column: Column, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored, self.column = stored, column
        self.fields["new_value"] = self.value_field()
        self.order_fields(self.field_order)

    def value_field(self) -> forms.Field:
        if not takes_value(self.column):
            return asked_for("new_value")
        field, raw = self.column.field, self.stored.row[self.column.name]
        options: dict[str, Any] = {"label": _("Correct value"), "initial": field.to_python(raw)}
        if isinstance(field, models.DateTimeField):
            options["widget"] = forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            )
        return field.formfield(**options)

    def clean_new_value(self) -> str:
        """The value as text; not what is stored already, as people read it."""
        value = self.cleaned_data["new_value"]
        text = value.isoformat() if isinstance(value, datetime) else str(value)
        is_value = takes_value(self.column)
        read = formatted(self.column, {self.column.name: text}, "") if is_value else text
        if read == self.stored.told(self.column):
            raise forms.ValidationError(_("This is what is stored already."), code="same")
        return text


class AnswerForm(forms.Form):
    """The answer to a request for correction. Its buttons say which ("outcome")."""

    answer = asked_for(
        "answer",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed if you refuse. The person reads it."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def clean(self) -> dict[str, Any]:
        outcome = self.data.get("outcome")
        if outcome not in Outcome.values:
            raise forms.ValidationError(_("Accept the request, or refuse it."), code="outcome")
        return {**self.cleaned_data, "outcome": Outcome(outcome)}

    def given(self) -> dict[str, Any]:
        """What ``requests.answer`` takes."""
        data = self.cleaned_data
        return {"outcome": data["outcome"], "reasons": data["answer"], "seen": data["seen"]}

    def on(self, told: Told) -> "AnswerForm":
        """The same form (and, again, what was typed) on what is stored now."""
        if self.is_bound:
            self.data = self.data.copy()
            self.data["seen"] = told.seen
        else:
            self.initial["seen"] = told.seen
        return self


class AddressForm(forms.Form):
    """Whose data is asked for. What is mailed goes to exactly the address that is looked for."""

    email = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        validators=[validate_visible],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if delivered_to(email) != email:
            raise forms.ValidationError(
                _("We cannot send mail to this address. Check how it is written."), code="mail"
            )
        return email


def delivered_to(email: str) -> str:
    """The address that mail reaches: on the way, other letters may become Latin ones in it."""
    name, _at, domain = email.rpartition("@")
    try:
        return f"{name.encode('ascii').decode()}@{as_mailed(domain)}"
    except UnicodeError:
        return ""


def as_mailed(domain: str) -> str:
    return domain if domain.isascii() else domain.encode("idna").decode("idna")
