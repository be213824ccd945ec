"""What people call the questionnaire's kinds, in the active language."""

from django.utils.translation import gettext_lazy as _

from assessment.questionnaire.model import Obligation, Role
from assessment.scoring import State, Verdict, When

OBLIGATIONS = {
    Obligation.MUST: _("Obligation"),
    Obligation.SHOULD: _("Recommendation"),
    Obligation.GOOD: _("Good practice"),
}
ROLES = {
    Role.CEO: _("Managing director"),
    Role.HR: _("Personnel"),
    Role.IT: _("IT"),
    Role.MARKETING: _("Marketing"),
    Role.FINANCE: _("Finance"),
    Role.SERVICE: _("Customer service"),
    Role.DPO: _("Person in charge of data protection"),
}
VERDICTS = {
    Verdict.GREEN: _("In good shape"),
    Verdict.AMBER: _("On the way"),
    Verdict.RED: _("Begin here"),
}
WHENS = {
    When.FIRST: _("Do first"),
    When.PLAN: _("Plan"),
    When.LATER: _("Can wait"),
}
STATES = {
    State.ANSWERED: _("Answered"),
    State.UNKNOWN: _("I don't know"),
    State.LATER: _("Come back to this"),
    State.INAPPLICABLE: _("Does not concern us"),
}
STATUSES = {
    "open": _("To do"),
    "doing": _("Under way"),
    "done": _("Done"),
    "accepted": _("Risk accepted"),
    "dropped": _("Given up"),
}
