"""Columns of text that people type: tidied and checked the same on every way into the database."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import models

from registry.company.validators import (
    business_id,
    lines,
    one_line,
    refuse_identity_code,
    validate_business_id,
    validate_visible,
)


class TidyFormField(forms.CharField):
    def __init__(self, *, tidy: Callable[[str], str], **options: Any) -> None:
        super().__init__(**options)
        self.tidy = tidy

    def to_python(self, value: Any) -> str:
        return self.tidy(super().to_python(value))


class Tidy:
    """A column that tidies what it is given: Django asks ``to_python`` for every value that it
    validates, stores or looks for. Its form field does the same, and has the same validators."""

    tidy: Callable[[str], str]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self.tidy(text) if isinstance(text, str) else text

    def formfield(self, **options: Any) -> forms.Field:
        how = {"form_class": TidyFormField, "tidy": self.tidy}
        return super().formfield(**how, validators=self.default_validators, **options)


class LineField(Tidy, models.CharField):
    """A line of free text."""

    tidy = staticmethod(one_line)
    default_validators = (validate_visible, refuse_identity_code)


class LinesField(Tidy, models.TextField):
    """Free text of several lines."""

    tidy = staticmethod(lines)
    default_validators = (validate_visible, refuse_identity_code)


class BusinessIdField(Tidy, models.CharField):
    """A Business ID in the one way of writing it, so that no two are the same unseen."""

    tidy = staticmethod(business_id)
    default_validators = (validate_business_id,)

    def formfield(self, **options: Any) -> forms.Field:
        return super().formfield(**{"max_length": 30, **options})  # as typed, with its spaces
