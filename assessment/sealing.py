"""The seal of what was signed off: SHA-256 over all of it, in one way of writing it.

It covers opaque keys, no names: erasing a person leaves it valid (GDPR Article 17), and whoever
changes a word, a level or the time of an answer breaks it.
"""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

from assessment.models import Answer, Assessment, Evidence

COLUMNS = ("question", "state", "level", "reason", "note", "actor_id", "answered_at", "revision")


def seal_of(assessment: Assessment, *, content: str, signed_by: UUID, signed_at: datetime) -> str:
    """The seal that an assessment gets when it is signed off. ``content``: the SHA-256 of its
    version of the questionnaire."""
    answers = Answer.objects.filter(assessment=assessment).order_by("question")
    evidence = Evidence.objects.filter(assessment=assessment).order_by("pk")
    said = {
        "assessment": assessment.pk,
        "organisation": assessment.organisation_id,
        "name": assessment.name,
        "questionnaire": [assessment.version, content],
        "profile": assessment.profile,
        "started": [assessment.started_by_id, assessment.started_at],
        "answers": list(answers.values_list(*COLUMNS)),
        "evidence": list(evidence.values_list("pk", "question", "sha256", "valid_until")),
        "signed": [signed_by, signed_at],
    }
    text = json.dumps(said, default=written, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def written(value: UUID | date) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def holds(assessment: Assessment, *, content: str) -> bool:
    """Whether what is stored is still what was signed off."""
    if not (assessment.signed_at and assessment.signed_by_id):
        return False
    now = seal_of(
        assessment,
        content=content,
        signed_by=assessment.signed_by_id,
        signed_at=assessment.signed_at,
    )
    return now == assessment.seal
