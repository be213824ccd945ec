"""The certificate on paper: PDF/A-3 and PDF/UA-1, with the signed file attached.

``certificate.typ`` sets what it gets as JSON: titles, texts and tables, never markup. Only the
fonts that typst brings are used.
"""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.rights.certificate.described import Certificate, Erasure, described
from registry.rights.certificate.verify import signed
from registry.rights.models import ErasureRun

TEMPLATE = Path(__file__).with_name("certificate.typ")
STANDARDS = ["a-3a", "ua-1"]
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

Block = dict[str, Any]


def pdf(run: ErasureRun, *, token: str) -> bytes:
    """The certificate of a certified run, reached by the token, in the active language."""
    certified_at = described(run.certificate).certified_at
    return typeset(said(run, token), timestamp=int(certified_at.timestamp()))


def typeset(said: dict[str, Any], *, timestamp: int) -> bytes:
    """Raises TypstError for letters that the fonts don't have."""
    return typst.compile(
        TEMPLATE,
        sys_inputs={"said": json.dumps(said)},
        pdf_standards=STANDARDS,
        timestamp=timestamp,
        font_paths=fonts(),
        ignore_system_fonts=True,
    )


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def said(run: ErasureRun, token: str) -> dict[str, Any]:
    """What the template gets."""
    signed_file = reverse("certificate_json", args=[token])
    return {
        "language": get_language(),
        "title": _("Certificate of erasure"),
        "controller": _("Controller: Dig1, Sillmanintie 51, 08700 Lohja, Finland"),
        "page": _("Page %(page)s of %(pages)s"),
        "blocks": blocks(described(run.certificate), run.signature, signed_file),
        "file": signed(run.certificate, run.signature),
        "file_description": _("The same certificate, signed, for programs"),
    }


def blocks(certificate: Certificate, signature: str, signed_file: str) -> list[Block]:
    return [
        text(
            _(
                "Dig1 has deleted the data listed below from its register of business customers."
                " Afterwards it was counted again, and nothing of what was to be deleted was left."
            )
        ),
        facts(of_run(certificate)),
        *(block for erasure in certificate.erasures for block in done(certificate, erasure)),
        heading(_("What is kept, and why")),
        *kept(certificate),
        heading(_("Backups")),
        text(
            _(
                "The last backup that may still hold deleted data expires on %(date)s. If a backup"
                " has to be restored before that, the deletion is done again before the service"
                " opens."
            )
            % {"date": day(certificate.backups_expire_on)}
        ),
        heading(_("Signature")),
        text(
            _(
                "This certificate is signed (Ed25519). The signed file is attached to this PDF, and"
                " offered at the first address below; at the second, anybody can check it."
            )
        ),
        facts(
            [
                (_("Signed file"), link(absolute(signed_file))),
                (_("How to check"), link(absolute(reverse("certificate_key")))),
                (_("Signature"), code(halved(signature))),
                (_("Public key (SHA-256)"), code(certificate.key)),
                (_("Declarations (SHA-256)"), code(certificate.declarations)),
            ]
        ),
    ]


def of_run(certificate: Certificate) -> list[tuple[str, Block]]:
    last = certificate.erasures[-1]
    return [
        (_("Scope"), text(capfirst(certificate.scope))),
        (_("Identifier"), code(certificate.run)),
        (_("Ordered"), text(moment(certificate.ordered_at))),
        (_("Deleted"), text(moment(last.deleted_at))),
        (_("Verified"), text(moment(last.verified_at))),
        (_("Certified"), text(moment(certificate.certified_at))),
        (_("Deleted files"), text(number(certificate.files))),
        (_("Software"), text(f"Dig1{NO_BREAK_SPACE}{certificate.software}")),
    ]


def done(certificate: Certificate, erasure: Erasure) -> list[Block]:
    """What was done in one company, or to the account."""
    title = _("What was deleted")
    if len(certificate.erasures) > 1:
        title = (
            _("What was deleted in a company")
            if erasure.organisation
            else _("What was deleted with the account")
        )
    found = [heading(title)]
    if erasure.organisation:
        found.append(facts([(_("Company"), code(erasure.organisation))]))
    if erasure.done:
        head = (_("Data"), _("What was done"), _("Rows"))
        rows = [(capfirst(line.title), line.action, number(line.rows)) for line in erasure.done]
        found.append(table(head, rows))
    else:
        found.append(text(_("Nothing.")))
    return found


def kept(certificate: Certificate) -> list[Block]:
    if not certificate.kept:
        return [text(_("Nothing."))]
    head = (_("Data"), _("Law"), _("Kept at most until"), _("Rows"))
    rows = [
        (capfirst(line.title), capfirst(line.law), day(line.until), number(line.rows))
        for line in certificate.kept
    ]
    return [table(head, rows), text(of_vouchers())]


def of_vouchers() -> str:
    return _(
        "These are accounting vouchers. They name no contact person, though a sole trader's name"
        " may stand as the buyer; only Dig1's staff for billing can reach them, and they are"
        " deleted when their time is up."
    )


# --- blocks, as the template knows them ----------------------------------------------------------


def heading(said: str) -> Block:
    return {"kind": "heading", "text": said}


def text(said: str) -> Block:
    return {"kind": "text", "text": said}


def code(said: str) -> Block:
    return {"kind": "code", "text": said}


def link(address: str) -> Block:
    return {"kind": "link", "text": address}


def facts(rows: list[tuple[str, Block]]) -> Block:
    return {"kind": "facts", "rows": rows}


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Block:
    """The first column gets the width that is left, the last holds numbers."""
    return {"kind": "table", "head": head, "rows": rows}


# --- values --------------------------------------------------------------------------------------


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def halved(signature: str) -> str:
    """On two lines; programs that read base64 skip the break."""
    middle = len(signature) // 2
    return f"{signature[:middle]}\n{signature[middle:]}"


def unbroken(said: str) -> str:
    return said.replace(" ", NO_BREAK_SPACE)


def number(value: int) -> str:
    return unbroken(number_format(value, force_grouping=True))


def day(value: date) -> str:
    return unbroken(date_format(value, "SHORT_DATE_FORMAT"))


def moment(value: datetime) -> str:
    return unbroken(date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT"))
