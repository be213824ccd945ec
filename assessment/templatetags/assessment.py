"""Texts of the content in the reader's language, and scores as people read them."""

from collections.abc import Mapping
from uuid import UUID

from django import template
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from assessment import citing, labels
from assessment.forms import AnswerForm, answer
from assessment.questionnaire.model import Obligation, Question, Reference, Role, Text, Texts
from assessment.scoring import State, When

register = template.Library()


@register.filter
def in_language(text: Text | Texts) -> str | tuple[str, ...]:
    return text[get_language()]


@register.filter
def cite(reference: Reference) -> str:
    return citing.cite(reference, get_language())


@register.filter
def label(kind: Obligation | Role | When) -> Promise:
    return {**labels.OBLIGATIONS, **labels.ROLES, **labels.WHENS}[kind]


@register.filter
def percent(points: int) -> str:
    """Basis points as a whole percentage, rounded down: a score never looks better than it is."""
    return f"{points // 100}\N{NO-BREAK SPACE}%"


@register.filter
def tenths(value: int) -> str:
    """Tenths of a level: 2,3."""
    return number_format(value / 10, decimal_pos=1)


@register.simple_tag
def answer_text(question: Question, state: str, level: int | None) -> str:
    """An answer in the question's own words."""
    if level is None:
        return str(labels.STATES[State(state)])
    return f"{level} {question.levels[get_language()][level]}"


@register.simple_tag
def chosen_text(form: AnswerForm) -> str:
    """The same of what somebody has chosen on a form."""
    said = answer(form.cleaned_data["choice"])
    return answer_text(form.question, said.state.value, said.level)


@register.simple_tag
def who(names: Mapping[UUID, str], actor: UUID) -> str:
    """Somebody's email address; of those who were erased, that they were."""
    return names.get(actor) or gettext("erased person")
