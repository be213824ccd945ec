from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


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
