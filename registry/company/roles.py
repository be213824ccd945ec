"""What a person may do in a company: the role, and the object rights that a role brings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("company admin")
    MEMBER = "member", _("member")
    READER = "reader", _("read-only")


class Right(models.TextChoices):
    """Codenames of the object rights on one's own Organisation (django-guardian)."""

    VIEW_PERSONAL_DATA = "view_personal_data", _("view the company's personal data")
    ERASE_PERSONAL_DATA = "erase_personal_data", _("delete the company's personal data")
    MANAGE_PEOPLE = "manage_people", _("invite people and set their roles")
    CHANGE_BASICS = "change_basics", _("change the company's basic data")
    VIEW_PAYMENTS = "view_payments", _("view the company's payment events")
    MANAGE_ASSESSMENTS = "manage_assessments", _("start and sign off the company's assessments")
    ANSWER_ASSESSMENTS = "answer_assessments", _("answer the company's assessments")


RIGHTS_OF: dict[str, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.MEMBER: frozenset({Right.ANSWER_ASSESSMENTS}),
    Role.READER: frozenset(),
}
