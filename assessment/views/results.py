"""What an assessment comes to."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from assessment import charts, labels, queries
from assessment.models import Assessment
from assessment.questionnaire.model import Size
from assessment.standing import Standing
from assessment.views.gate import assessment_of
from registry.company.access import company_page

QUICK = 5


@company_page()
@require_safe
def assessment_results(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """The verdict, the scores and the gaps, beside earlier rounds."""
    found = assessment_of(request, assessment_id)
    standing = queries.standing(found)
    result = standing.result
    sections = [
        (section, result.sections[section.key]) for section, _questions in standing.sections
    ]
    language = get_language()
    scored = [
        (section.title[language], score.reached)
        for section, score in sections
        if score.reached is not None
    ]
    context = {
        "assessment": found,
        "standing": standing,
        "result": result,
        "verdict": labels.VERDICTS.get(result.verdict),
        "sections": sections,
        "bars": charts.bars(scored),
        "radar": charts.radar(scored),
        "quick": [
            gap for gap in result.gaps if gap.question.effort.size is Size.S and not gap.is_stopper
        ][:QUICK],
        "earlier": earlier(found),
    }
    return render(request, "assessment/results.html", context)


def earlier(found: Assessment) -> list[tuple[Assessment, Standing]]:
    """The rounds that this one followed, the newest first."""
    rounds = {one.pk: one for one in queries.assessments(found.organisation_id)}
    chain = []
    before = rounds.get(found.baseline_id)
    while before:
        chain.append((before, queries.standing(before)))
        before = rounds.get(before.baseline_id)
    return chain
