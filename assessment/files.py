"""Evidence in the blob store: what may be kept, and how it is known for what it is.

The type is found by the content, never by the name. Everything is handed out as a download under
its own type, so nothing of it runs in anybody's browser on our address.
"""

import zipfile
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import BinaryIO
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assessment.actions import keep_open
from assessment.actors import actor_of
from assessment.models import Assessment, Evidence, placed
from registry.company import blobs, tenant
from registry.company.fields import LineField

LARGEST = 10 * 1024 * 1024
MOST = 20  # of one question
UNPACKED = 200 * 1024 * 1024  # of an Office file
PARTS = 5_000
PIECE = 64 * 1024
BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
TEXT = "text/plain"


def add_evidence(
    assessment: Assessment,
    *,
    question: str,
    file: UploadedFile,
    valid_until: date | None,
    person: UUID,
) -> Evidence:
    """Keep a file beside a question.

    Raises ValidationError for what may not be kept, StoreUnavailable, and SignedOff; then nothing
    is kept.
    """
    kind = kind_of(file)
    keep_open(assessment)
    if Evidence.objects.filter(assessment=assessment, question=question).count() >= MOST:
        raise ValidationError(
            _("There are %(most)s files already; delete one first.") % {"most": MOST}
        )
    evidence = Evidence(
        organisation_id=assessment.organisation_id,
        assessment=assessment,
        question=question,
        name=name_of(file),
        kind=kind,
        size=file.size,
        sha256=digest(file),
        valid_until=valid_until,
        actor_id=actor_of(organisation=assessment.organisation_id, person=person),
    )
    evidence.file.name = placed(evidence, "")
    evidence.save(force_insert=True)
    file.seek(0)
    blobs.write(evidence.file.name, pieces(file))
    return evidence


def delete_evidence(evidence: Evidence) -> None:
    """Raises SignedOff, and StoreUnavailable: then it is still there."""
    keep_open(evidence.assessment)
    with transaction.atomic(using=tenant.alias()):
        Evidence.objects.filter(pk=evidence.pk).delete()
        blobs.delete(evidence.file.name)


def name_of(file: UploadedFile) -> str:
    """What its owner calls it, as a line that can be shown. Raises ValidationError."""
    field: LineField = Evidence._meta.get_field("name")
    return field.clean((file.name or "")[-field.max_length :], None)


def digest(file: BinaryIO) -> str:
    found = sha256()
    for piece in pieces(file):
        found.update(piece)
    return found.hexdigest()


def pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def kind_of(file: UploadedFile) -> str:
    """The media type, by the content. Raises ValidationError for any that is not taken."""
    if not file.size:
        raise ValidationError(_("The file is empty."))
    if file.size > LARGEST:
        raise ValidationError(
            _("The file is too large: at most %(most)s MB.") % {"most": LARGEST // 1024**2}
        )
    file.seek(0)
    beginning = file.read(8)
    for letters, kind in BEGINNINGS:
        if beginning.startswith(letters):
            return kind
    kind = office(file) if beginning.startswith(b"PK\x03\x04") else plain_text(file)
    if kind is None:
        raise ValidationError(
            _("This type of file is not taken: choose a PDF, Office, image or text file.")
        )
    return kind


def office(file: BinaryIO) -> str | None:
    """Of a ZIP, only what Office writes, without macros, and only if it unpacks to little."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    names = {part.filename for part in parts}
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise ValidationError(_("The file unpacks to too much to be kept."))
    if "[Content_Types].xml" not in names or any("vbaProject" in name for name in names):
        return None
    return next(
        (kind for folder, kind in OFFICE.items() if any(n.startswith(folder) for n in names)), None
    )


def plain_text(file: BinaryIO) -> str | None:
    """Text that is no page: a browser could take one for ours."""
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not all(line.replace("\t", " ").isprintable() for line in text.splitlines()):
        return None
    return None if text.lstrip()[:1] == "<" else TEXT
