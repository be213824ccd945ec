from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.fi import ytunnus

from registry.company.models import Organisation, validate_business_id
from registry.company.roles import Role
from registry.company.validators import refuse_identity_code
from registry.persons.models import Invitation, Membership


def field_of(model: type[models.Model], name: str, **options: Any) -> forms.Field:
    """The form field of a model's column: its label, choices, limits and help."""
    return model._meta.get_field(name).formfield(**options)


def validate_visible(value: str) -> None:
    """Nothing invisible: it goes into mails and lists, and could turn their text around."""
    if not value.isprintable():
        raise ValidationError(_("This has characters that cannot be shown."), code="invisible")


class OneLineField(forms.CharField):
    """A line of text without needless or hidden white space."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


def line_of(model: type[models.Model], name: str, **options: Any) -> forms.Field:
    """A model's column of free text: one line, and no personal identity codes in it."""
    validators = [validate_visible, refuse_identity_code]
    return field_of(model, name, form_class=OneLineField, validators=validators, **options)


class CompanyForm(forms.Form):
    """A new company, and the place in it of the person who registers it."""

    name = line_of(Organisation, "name")
    business_id = forms.CharField(
        label=_("Business ID"), max_length=30, help_text=_("For example: 1234567-1")
    )
    office = line_of(Membership, "office", label=_("Your office"))
    position = line_of(Membership, "position", label=_("Your position"))

    def clean_business_id(self) -> str:
        """As the trade register writes it, also when given as a VAT number or without hyphen."""
        compact = ytunnus.compact(self.cleaned_data["business_id"])
        validate_business_id(compact)
        return ytunnus.format(compact)


class PersonForm(forms.Form):
    office = line_of(Membership, "office")
    position = line_of(Membership, "position")
    role = field_of(Membership, "role")


class InvitationForm(forms.Form):
    email = field_of(Invitation, "email")
    role = field_of(Invitation, "role")
    office = line_of(Invitation, "office", help_text=Membership._meta.get_field("office").help_text)
    position = line_of(
        Invitation, "position", help_text=Membership._meta.get_field("position").help_text
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class HandOverForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of the new admin"),
        help_text=_("One of the company's people, with the address shown on the people's page."),
    )
    own_role = forms.ChoiceField(
        label=_("What you are afterwards"),
        choices=[
            (Role.ADMIN, _("still an admin, too")),
            (Role.MEMBER, Role.MEMBER.label),
            (Role.READER, Role.READER.label),
        ],
        widget=forms.RadioSelect,
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class PeopleFilter(forms.Form):
    """Posted, not part of the address: what people search for is often somebody's email."""

    search = forms.CharField(
        label=_("Part of e-mail address, office or position"),
        max_length=120,
        required=False,
        widget=forms.SearchInput,
    )
    role = forms.ChoiceField(
        label=_("Access role"), choices=[("", _("all")), *Role.choices], required=False
    )
