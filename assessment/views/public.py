"""For anyone who considers the service: what is asked, and a quick check that stores nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessment import labels
from assessment.forms import QuickCheck
from assessment.scoring import assess
from assessment.versions import current
from registry.company.access import form_methods, public

MOST_ACTIONS = 5


@public
@require_safe
def questionnaire(request: HttpRequest) -> HttpResponse:
    """The structure: sections, questions, laws, version and what has changed in it."""
    return render(request, "assessment/questionnaire.html", {"questionnaire": current()})


@public
@form_methods
def quick_check(request: HttpRequest) -> HttpResponse:
    """Twenty questions, answered on one page; the result is shown and forgotten."""
    content = current()
    form = QuickCheck(request.POST if request.method == "POST" else None, questionnaire=content)
    if request.method == "POST" and form.is_valid():
        answers = form.answers()
        result = assess(content.for_quick_check(), {}, answers)
        context = {
            "result": result,
            "verdict": labels.VERDICTS[result.verdict] if result.verdict else None,
            "gaps": result.gaps[:MOST_ACTIONS],
            "more": max(0, len(result.gaps) - MOST_ACTIONS),
        }
        return render(request, "assessment/quick_result.html", context)
    return render(
        request, "assessment/quick_check.html", {"form": form, "version": content.version}
    )
