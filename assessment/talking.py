"""Colleagues share the work: who answers which section, and what they say to each other."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from assessment.actions import keep_open
from assessment.actors import actor_of
from assessment.models import Assessment, Assignment, Comment, Mention


def comment(
    assessment: Assessment, *, question: str, text: str, meant_for: Iterable[UUID], person: UUID
) -> Comment:
    """Say something about a question. ``meant_for``: memberships of the company."""
    written = Comment.objects.create(
        organisation_id=assessment.organisation_id,
        assessment=assessment,
        question=question,
        text=text,
        actor_id=actor_of(organisation=assessment.organisation_id, person=person),
    )
    Mention.objects.bulk_create(
        Mention(
            organisation_id=assessment.organisation_id, comment=written, membership_id=membership
        )
        for membership in meant_for
    )
    return written


def assign(
    assessment: Assessment, *, section: str, membership: UUID | None, due_on: date | None
) -> None:
    """Ask a colleague to answer a section, or nobody in particular. Raises SignedOff."""
    keep_open(assessment)
    if membership is None:
        Assignment.objects.filter(assessment=assessment, section=section).delete()
        return
    Assignment.objects.update_or_create(
        organisation_id=assessment.organisation_id,
        assessment=assessment,
        section=section,
        defaults={"membership_id": membership, "due_on": due_on},
    )
