"""Who takes part: an opaque key in the rows, a name only where a page shows it."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth import get_user_model

from assessment.models import Actor


def actor_of(*, organisation: UUID, person: UUID) -> UUID:
    """The key under which a person takes part in the company's assessments."""
    Actor.objects.bulk_create(
        [Actor(organisation_id=organisation, person_id=person)], ignore_conflicts=True
    )
    return Actor.objects.values_list("pk", flat=True).get(
        organisation_id=organisation, person_id=person
    )


def names_of(actors: Iterable[UUID | None]) -> dict[UUID, str]:
    """The email addresses of those who still belong to the company, by actor."""
    persons = dict(
        Actor.objects.filter(pk__in={actor for actor in actors if actor}, person_id__isnull=False)
        .order_by()
        .values_list("person_id", "pk")
    )
    people = get_user_model().objects.filter(pk__in=persons).values_list("pk", "email")
    return {persons[person]: email for person, email in people}
