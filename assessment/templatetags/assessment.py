"""Texts of the content in the reader's language, and scores as people read them."""

from django import template
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language

from assessment import citing, labels
from assessment.questionnaire.model import Obligation, Reference, Role, Text, Texts
from assessment.scoring import When

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
