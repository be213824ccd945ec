from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from registry.rights.certificate.described import Certificate, described
from registry.rights.certificate.verify import NotGenuine, genuine

LARGEST = 1_000_000  # bytes; a certificate has a few thousand


class CheckCertificate(forms.Form):
    """Valid if the file is a genuine certificate, which is then ``certificate``."""

    file = forms.FileField(
        label=_("Signed file (JSON)"),
        help_text=_(
            "If you have the PDF only: the signed file is attached to it. The file is only"
            " checked, not stored."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    certificate: Certificate

    def clean_file(self) -> UploadedFile:
        file: Any = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is too large to be a certificate of erasure."))
        try:
            self.certificate = described(genuine(file.read()))
        except NotGenuine as error:
            raise ValidationError(error.why) from error
        return file
