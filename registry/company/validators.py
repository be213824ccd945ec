"""What free text and addresses of a company may not, or must, look like."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import iban
from stdnum.fi import hetu, ytunnus

LOOKS_LIKE_IDENTITY_CODE = re.compile(r"(?<!\w)\d{6}[-+A-FU-Y]\d{3}[0-9A-Y](?!\w)", re.IGNORECASE)
OVT = re.compile(r"0037(\d{8})[0-9A-Z]{0,5}")


def refuse_identity_code(value: str) -> None:
    """No personal identity codes (henkilötunnus) in free text: Dig1 has no ground to store them.

    Codes of the temporary range are refused too. Raises ValidationError, without the value.
    """
    found = LOOKS_LIKE_IDENTITY_CODE.findall(value)
    if any(is_identity_code(candidate) for candidate in found):
        raise ValidationError(
            _("This contains a Finnish personal identity code. Leave it out: it is not needed."),
            code="identity_code",
        )


def is_identity_code(candidate: str) -> bool:
    try:
        hetu.validate(candidate, allow_temporary=True)
    except hetu.ValidationError:
        return False
    return True


def validate_e_invoice_address(value: str) -> None:
    """An OVT code or a Finnish IBAN must be right; operators have other kinds of address too."""
    if value.startswith("0037"):
        match = OVT.fullmatch(value)
        if not match or not ytunnus.is_valid(match[1]):
            raise ValidationError(
                _("An OVT code is 0037, the Business ID without the hyphen and at most five more."),
                code="ovt",
            )
    elif value.startswith("FI") and not iban.is_valid(value):
        raise ValidationError(_("This IBAN is not valid; check the digits."), code="iban")
    validate_electronic_code(value)


def validate_electronic_code(value: str) -> None:
    if not re.fullmatch(r"[0-9A-Z._:-]+", value):
        raise ValidationError(
            _("Use letters A to Z, digits and the characters . _ : - only."), code="code"
        )
