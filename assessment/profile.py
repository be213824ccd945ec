"""What a company's profile says of it: flags that are true, false, or not known."""

from collections.abc import Mapping

from assessment.questionnaire.model import Questionnaire


def flags_of(
    questionnaire: Questionnaire, chosen: Mapping[str, frozenset[str]]
) -> dict[str, bool | None]:
    """Each flag, from the choices by profile question.

    A flag is true if any choice sets it, and false only when every question that could set it has
    been answered without leaving it open.
    """
    flags: dict[str, bool | None] = {}
    for question in questionnaire.profile:
        picked = [one for one in question.choices if one.key in chosen.get(question.key, ())]
        left_open = {flag for one in picked for flag in one.leaves_open}
        settable = {flag for one in question.choices for flag in one.sets}
        for flag in settable:
            if any(flag in one.sets for one in picked):
                flags[flag] = True
            elif not picked or flag in left_open:
                flags[flag] = True if flags.get(flag) else None
            else:
                flags.setdefault(flag, False)
    return flags
