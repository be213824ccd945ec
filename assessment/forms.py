from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assessment import labels
from assessment.actions import Given
from assessment.models import Answer as Stored
from assessment.models import Assessment, Assignment, Comment, Evidence, Measure
from assessment.portable import MOST_BYTES
from assessment.questionnaire.model import LEVELS, Question, Questionnaire
from assessment.scoring import Answer, State
from registry.company.models import Organisation
from registry.persons.forms import field_of
from registry.persons.models import Membership

UNSETTLED = (State.UNKNOWN, State.LATER)


class QuickCheck(forms.Form):
    """Twenty questions at once; an answer is a level, or why there is none."""

    def __init__(self, *args: object, questionnaire: Questionnaire, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questionnaire.quick)
        for question in self.questions:
            inapplicable = question.can_be_inapplicable or any(question.show_if.flags())
            self.fields[question.key] = forms.ChoiceField(
                label=question.text[get_language()],
                # Also what the profile would decide, which is not asked here.
                choices=choices(question, State.UNKNOWN, inapplicable=inapplicable),
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


def choices(question: Question, *others: State, inapplicable: bool) -> list[tuple[str, object]]:
    """The levels in the question's own words, then the states in which there is none."""
    levels = zip(map(str, LEVELS), question.levels[get_language()], strict=True)
    states = (*others, State.INAPPLICABLE) if inapplicable else others
    return [*levels, *((state.value, labels.STATES[state]) for state in states)]


def answer(value: str) -> Answer:
    if value.isdigit():
        return Answer(State.ANSWERED, int(value))
    return Answer(State(value))


class StartForm(forms.Form):
    """A new round: what it is called, and until when it is to be ready."""

    name = field_of(Assessment, "name", help_text=_("For example: Data protection 2026"))
    due_on = field_of(Assessment, "due_on", widget=forms.DateInput(attrs={"type": "date"}))


class ProfileForm(forms.Form):
    """What the company is like: it decides which questions concern it. Any may be left open."""

    def __init__(self, *args: object, questionnaire: Questionnaire, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        for question in questionnaire.profile:
            field, widget = (
                (forms.MultipleChoiceField, forms.CheckboxSelectMultiple)
                if question.many
                else (forms.ChoiceField, forms.RadioSelect)
            )
            self.fields[question.key] = field(
                label=question.text[language],
                help_text=question.why[language],
                choices=[(one.key, one.text[language]) for one in question.choices],
                widget=widget,
                required=False,
            )

    def profile(self) -> dict[str, list[str]]:
        """The choices by question, of those that were answered."""
        given = {key: self.cleaned_data[key] for key in self.fields}
        return {key: [v] if isinstance(v, str) else v for key, v in given.items() if v}


class AnswerForm(forms.Form):
    """One question. The revision that the page showed travels along."""

    choice = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    reason = field_of(Stored, "reason", required=False)
    note = field_of(Stored, "note", required=False)
    revision = forms.IntegerField(min_value=0, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, question: Question, stored: Stored | None
    ) -> None:
        super().__init__(data, prefix=question.key, initial=initial(stored))
        self.question = question
        self.stored = stored
        self.fields["choice"].choices = choices(
            question, *UNSETTLED, inapplicable=question.can_be_inapplicable
        )
        self.fields["choice"].label = question.text[get_language()]
        for name in ("reason", "note"):
            self.fields[name].widget.attrs["rows"] = 2

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not said.get("choice"):
            if said.get("note") or said.get("reason") or self.stored:
                self.add_error("choice", _("Choose an answer; what you wrote is saved with it."))
        elif said["choice"] == State.INAPPLICABLE.value and "reason" in said and not said["reason"]:
            self.add_error("reason", _("Say shortly why this does not concern the company."))
        return said

    @property
    def is_new(self) -> bool:
        """Whether there is something to store: a change, or a confirmation."""
        if not self.cleaned_data.get("choice"):
            return False
        return self.has_changed() or bool(self.stored and self.stored.to_confirm)

    def has_changed(self) -> bool:
        return any(name != "revision" for name in self.changed_data)

    def says_what(self, stored: Stored) -> bool:
        """Whether it was saved already, by a change that saved itself when the button was pressed,
        or by a second click."""
        said = self.given()
        return (said.state.value, said.level, said.reason, said.note) == (
            stored.state,
            stored.level,
            stored.reason,
            stored.note,
        )

    def given(self) -> Given:
        said = self.cleaned_data
        one = answer(said["choice"])
        reason = said["reason"] if one.state is State.INAPPLICABLE else ""
        return Given(one.state, one.level, reason, said["note"], said["revision"] or 0)


def initial(stored: Stored | None) -> dict[str, Any]:
    if stored is None:
        return {"revision": 0}
    choice = stored.state if stored.level is None else str(stored.level)
    return {
        "choice": choice,
        "reason": stored.reason,
        "note": stored.note,
        "revision": stored.revision,
    }


class MeasureForm(forms.ModelForm):
    """A line of the action plan."""

    class Meta:
        model = Measure
        fields = ("status", "owner", "due_on", "hours", "cost", "note")
        widgets = {
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, organisation: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(organisation)
        self.fields["owner"].label_from_instance = lambda one: one.user.email


def people_of(organisation: UUID) -> QuerySet[Membership]:
    found = Membership.objects.filter(organisation_id=organisation).select_related("user")
    return found.order_by("user__email")


class CommentForm(forms.Form):
    """A comment, and the colleagues whom it is meant for."""

    text = field_of(Comment, "text", label=_("Comment"), widget=forms.Textarea(attrs={"rows": 3}))
    meant_for = forms.ModelMultipleChoiceField(
        Membership.objects.none(),
        label=_("For whom"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, organisation: UUID, **kwargs: Any) -> None:
        super().__init__(*args, prefix="comment", **kwargs)
        self.fields["meant_for"].queryset = people_of(organisation)
        self.fields["meant_for"].label_from_instance = lambda one: one.user.email


class EvidenceForm(forms.Form):
    """A file that shows the answer."""

    file = forms.FileField(
        label=_("File"), help_text=_("PDF, Office, image or text, at most 10 MB.")
    )
    valid_until = field_of(Evidence, "valid_until", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="evidence", **kwargs)


class AssignmentForm(forms.Form):
    """Who answers one section, and until when."""

    membership = forms.ModelChoiceField(
        Membership.objects.none(), label=_("Answered by"), required=False
    )
    due_on = field_of(Assignment, "due_on", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, people: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = people
        self.fields["membership"].choices = [
            ("", _("Anybody")),
            *((one.pk, one.user.email) for one in people),
        ]


class BringInForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("The file that was taken along from an assessment (JSON)."),
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        if self.cleaned_data["file"].size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large: 1 MB is the most."))
        return self.cleaned_data["file"]


class DraftForm(forms.Form):
    """What a draft of the company's own document needs beside its profile; nothing is stored."""

    document = forms.ChoiceField(
        label=_("Document"),
        choices=[
            ("notice", _("Privacy notice")),
            ("record", _("Record of processing activities")),
            ("breach", _("Report of a personal data breach")),
        ],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    format = forms.ChoiceField(
        label=_("File type"),
        choices=[("docx", _("Word (DOCX)")), ("pdf", "PDF"), ("html", _("Web page (HTML)"))],
    )
    name = field_of(Organisation, "name", required=False)
    business_id = forms.CharField(label=_("Business ID"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=400, required=False)
    email = forms.EmailField(label=_("Email address"), required=False)
    phone = forms.CharField(label=_("Phone number"), max_length=40, required=False)
    contact = forms.CharField(
        label=_("Who answers questions"),
        max_length=120,
        required=False,
        help_text=_("A role rather than a name: for example office manager"),
    )
    dpo = forms.CharField(
        label=_("Data protection officer's contact details, if there is one"),
        max_length=200,
        required=False,
    )
