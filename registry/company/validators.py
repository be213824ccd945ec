"""What free text, codes and addresses of a company may not, or must, look like."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import iban
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fi import hetu, ytunnus

LOOKS_LIKE_IDENTITY_CODE = re.compile(r"(?<!\w)\d{6}[-+A-FU-Y]\d{3}[0-9A-Y](?!\w)", re.IGNORECASE)
OVT = re.compile(r"0037(\d{8})[0-9A-Z]{0,5}")


def one_line(text: str) -> str:
    """Without needless white space, and without line breaks, which could forge paragraphs."""
    return " ".join(text.split())


def lines(text: str) -> str:
    """Every line without needless white space; none is empty at the ends."""
    return "\n".join(map(one_line, text.splitlines())).strip()


def validate_visible(value: str) -> None:
    """Nothing invisible but line breaks: it goes into mails and lists, and could turn their text
    around."""
    if not all(line.isprintable() for line in value.splitlines()):
        raise ValidationError(_("This has characters that cannot be shown."), code="invisible")


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


def business_id(text: str) -> str:
    """A Business ID as the trade register writes it, also when given as a VAT number, without
    the hyphen or with another dash. Other text comes back without the white space around it."""
    compact = ytunnus.compact(text)
    return ytunnus.format(compact) if re.fullmatch(r"[0-9]{8}", compact) else text.strip()


def validate_business_id(value: str) -> None:
    try:
        ytunnus.validate(value)
    except StdnumError as error:
        raise ValidationError(
            _("This is not a Finnish Business ID. It looks like 1234567-1; check the digits."),
            code="business_id",
        ) from error


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
