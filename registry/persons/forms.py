from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.company.models import Organisation
from registry.company.roles import Role
from registry.company.validators import validate_visible
from registry.persons.models import Invitation, Membership


def field_of(model: type[models.Model], name: str, **options: Any) -> forms.Field:
    """The form field of a model's column: its label, choices, limits and help."""
    return model._meta.get_field(name).formfield(**options)


class CompanyForm(forms.Form):
    """A new company, and the place in it of the person who registers it."""

    name = field_of(Organisation, "name")
    business_id = field_of(Organisation, "business_id", help_text=_("For example: 1234567-1"))
    office = field_of(Membership, "office", label=_("Your office"))
    position = field_of(Membership, "position", label=_("Your position"))


class PersonForm(forms.Form):
    office = field_of(Membership, "office")
    position = field_of(Membership, "position")
    role = field_of(Membership, "role")


class InvitationForm(forms.Form):
    email = field_of(Invitation, "email", validators=[validate_visible])
    role = field_of(Invitation, "role")
    office = field_of(
        Invitation, "office", help_text=Membership._meta.get_field("office").help_text
    )
    position = field_of(
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
