"""The forms of a company's pages. Every field is named: what is not here can't be sent."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.company.models import Organisation, TradeName
from registry.company.queries import BASICS, Basics
from registry.company.validators import (
    lines,
    refuse_identity_code,
    validate_e_invoice_address,
    validate_electronic_code,
    validate_visible,
)

TRADE_NAMES_AT_MOST = 100

GROUPS = (
    (_("Names"), ("name", "trade_names")),
    (_("Visiting address"), ("visiting_street", "visiting_postal_code", "visiting_city")),
    (_("Postal address"), ("postal_street", "postal_postal_code", "postal_city")),
    (_("Invoicing address"), ("invoicing_street", "invoicing_postal_code", "invoicing_city")),
    (_("Contact details"), ("phone", "email", "other_contact_details")),
    (_("E-invoices"), ("e_invoice_address", "e_invoice_operator")),
)
STREET, POSTAL_CODE, TOWN = _("Street"), _("Postal code"), _("Town")
ON_ENVELOPES = _("Street or P.O. box")


class BasicsForm(forms.ModelForm):
    """A company's basic data, in groups. ``version`` tells what the person saw when they began."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=64)
    trade_names = forms.CharField(
        label=_("Trade names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[validate_visible, refuse_identity_code],
        help_text=_("One on each line."),
    )

    class Meta:
        model = Organisation
        fields = BASICS
        # Short names: each stands in a group that says whose they are.
        labels = {
            "visiting_street": STREET,
            "visiting_postal_code": POSTAL_CODE,
            "visiting_city": TOWN,
            "postal_street": ON_ENVELOPES,
            "postal_postal_code": POSTAL_CODE,
            "postal_city": TOWN,
            "invoicing_street": ON_ENVELOPES,
            "invoicing_postal_code": POSTAL_CODE,
            "invoicing_city": TOWN,
            "phone": _("Phone number"),
            "email": _("E-mail address"),
        }
        help_texts = {
            "phone": _("In international format, for example +358 40 123 4567."),
            "other_contact_details": _(
                "Of the company, not of persons. Personal identity codes do not belong here."
            ),
            "e_invoice_address": _("For example 003712345671 (OVT) or an IBAN."),
            "e_invoice_operator": _("The operator's code, for example 003721291126 or NDEAFIHH."),
        }
        error_messages = {
            "phone": {
                "invalid": _(
                    "Write the number in international format, for example +358 40 123 4567."
                )
            }
        }
        widgets = {
            "phone": forms.TextInput(attrs={"type": "tel"}),  # else shown in the national format
            "other_contact_details": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, saved: Basics, **kwargs: Any) -> None:
        initial = {"version": saved.version, "trade_names": "\n".join(saved.trade_names)}
        super().__init__(*args, instance=saved.organisation, initial=initial, **kwargs)

    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        for title, names in GROUPS:
            yield title, [self[name] for name in names]

    def clean_trade_names(self) -> list[str]:
        names = [name for name in lines(self.cleaned_data["trade_names"]).splitlines() if name]
        if len(names) > TRADE_NAMES_AT_MOST:
            raise ValidationError(_("At most 100 trade names can be listed."), code="many")
        longest = TradeName._meta.get_field("name").max_length
        if any(len(name) > longest for name in names):
            raise ValidationError(
                _("A trade name has at most %(most)s characters."),
                code="long",
                params={"most": longest},
            )
        return names

    def clean_e_invoice_address(self) -> str:
        return electronic(self.cleaned_data["e_invoice_address"], validate_e_invoice_address)

    def clean_e_invoice_operator(self) -> str:
        return electronic(self.cleaned_data["e_invoice_operator"], validate_electronic_code)

    def typed(self) -> dict[str, Any]:
        """What ``actions.change_basics`` takes."""
        values = dict(self.cleaned_data)
        own = {name: values.pop(name) for name in ("version", "trade_names")}
        return {"values": values, **own}

    def on_top_of(self, saved: Basics) -> "BasicsForm":
        """The same entries, as if they had been typed over what is saved now."""
        data = self.data.copy()
        data["version"] = saved.version
        return BasicsForm(data, saved=saved)

    def differences(self, saved: Basics) -> Iterator[tuple[str, str, str]]:
        """Where this form, which is valid, differs from ``saved``: field, saved, in this form."""
        for title, names in GROUPS:
            for name in names:
                if name == "trade_names":
                    theirs = "\n".join(saved.trade_names)
                    mine = "\n".join(sorted(self.cleaned_data[name], key=str.lower))
                else:
                    theirs = str(getattr(saved.organisation, name))
                    mine = str(self.cleaned_data[name])
                if theirs != mine:
                    yield f"{title}: {self[name].label}", theirs, mine


def electronic(value: str, validate: Any) -> str:
    """A code without spaces, in capitals; checked unless it is empty."""
    code = "".join(value.split()).upper()
    if code:
        validate(code)
    return code


class SecurityForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields = ("mfa_required",)
        labels = {"mfa_required": _("Require two-step sign-in of everybody in the company")}
