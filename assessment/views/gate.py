"""The assessment that an address names, of the company whose page it is."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from assessment.models import Assessment


def assessment_of(request: HttpRequest, assessment_id: UUID) -> Assessment:
    """Raises Http404 for any but the company's own."""
    own = Assessment.objects.filter(organisation_id=request.company.id)
    return get_object_or_404(own, pk=assessment_id)
