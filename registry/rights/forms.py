from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.company.validators import validate_visible


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
