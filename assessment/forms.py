from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assessment.questionnaire.model import LEVELS, Question, Questionnaire
from assessment.scoring import Answer, State


class QuickCheck(forms.Form):
    """Twenty questions at once; an answer is a level, or why there is none."""

    def __init__(self, *args: object, questionnaire: Questionnaire, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questionnaire.quick)
        for question in self.questions:
            self.fields[question.key] = forms.ChoiceField(
                label=question.text[get_language()],
                choices=choices(question),
                widget=forms.RadioSelect,
                required=False,
            )

    def clean(self) -> dict[str, str]:
        if not self.errors and not any(self.cleaned_data.values()):
            raise forms.ValidationError(_("Answer at least one question."))
        return self.cleaned_data

    @property
    def rows(self) -> list[tuple[Question, forms.BoundField]]:
        return [(question, self[question.key]) for question in self.questions]

    def answers(self) -> dict[str, Answer]:
        """What was answered, by question."""
        return {key: answer(value) for key, value in self.cleaned_data.items() if value}


def choices(question: Question) -> list[tuple[str, object]]:
    levels = zip(map(str, LEVELS), question.levels[get_language()], strict=True)
    others = [(State.UNKNOWN.value, _("I don't know"))]
    if may_be_inapplicable(question):
        others.append((State.INAPPLICABLE.value, _("Does not concern us")))
    return [*levels, *others]


def may_be_inapplicable(question: Question) -> bool:
    """Also what the profile would decide, which is not asked here."""
    return question.can_be_inapplicable or any(question.show_if.flags())


def answer(value: str) -> Answer:
    if value.isdigit():
        return Answer(State.ANSWERED, int(value))
    return Answer(State(value))
