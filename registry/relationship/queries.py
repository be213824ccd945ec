from uuid import UUID

from registry.relationship.models import Relationship


def relationship_of(organisation: UUID) -> Relationship | None:
    return Relationship.objects.filter(organisation_id=organisation).first()
