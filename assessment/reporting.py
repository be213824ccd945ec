"""The report of an assessment: a summary of one page, then everything it rests on.

It is a document like the company's others, so that PDF, Word and HTML say the same. Texts are in
the active language.
"""

from collections.abc import Iterator, Sequence

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment import labels
from assessment.citing import cite
from assessment.documents.letters import clean
from assessment.documents.model import (
    Block,
    Bullets,
    Draft,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    spelt,
)
from assessment.questionnaire.model import Question
from assessment.scoring import Gap, Score
from assessment.standing import Heading as About
from assessment.standing import Measure, Remark, Standing

FIRST = 5  # things to do on the first page
GAP = "\N{NO-BREAK SPACE}"
NOTHING = "–"


def report(about: About, standing: Standing, measures: Sequence[Measure]) -> Draft:
    """The whole report. It calls itself a self-assessment, and a draft until it is signed off."""
    drawn = Draft(
        language=get_language(),
        title=_("Self-assessment of data protection"),
        company=f"{about.company} · {about.name}",
        mark=state_of(about),
        page=_("Page {page} of {pages}"),
        blocks=(
            *summary(standing),
            PageBreak(),
            *gaps(standing),
            *plan(measures),
            *answers(standing),
            *method(standing),
            *seal(about, standing),
        ),
        drawn_on=localtime(about.signed_at).date() if about.signed_at else None,
    )
    return spelt(drawn, clean)


def state_of(about: About) -> str:
    if not about.signed_at:
        return _("Draft: not signed off")
    day = date_format(localtime(about.signed_at), "SHORT_DATE_FORMAT")
    if about.signed_by:
        return _("Signed off on %(day)s by %(who)s") % {"day": day, "who": about.signed_by}
    return _("Signed off on %(day)s") % {"day": day}


# --- the first page ------------------------------------------------------------------------------


def summary(standing: Standing) -> Iterator[Block]:
    result = standing.result
    verdict = labels.VERDICTS[result.verdict] if result.verdict else _("Nothing answered yet")
    yield Heading(_("Summary"))
    yield Paragraph(f"{verdict}.")
    yield Table((_("Figure"), _("Result")), tuple(figures(result.whole)))
    if result.stoppers:
        yield Heading(_("These stop everything else"), 3)
        yield Bullets(tuple(title(gap) for gap in result.stoppers))
    others = [gap for gap in result.gaps if not gap.is_stopper]
    if others:
        yield Heading(_("Then") if result.stoppers else _("What to do first"), 3)
        yield Bullets(tuple(title(gap) for gap in others[:FIRST]))
    yield Paragraph(
        _(
            "This is a self-assessment. It rests on the company's own answers, and is no statement"
            " on whether the law is followed."
        )
    )


def figures(score: Score) -> Iterator[tuple[tuple[str, ...], ...]]:
    covered = _("%(settled)s of %(visible)s questions answered") % {
        "settled": score.settled,
        "visible": score.visible,
    }
    yield cells(_("Obligations"), percent(score.obligations))
    yield cells(_("Maturity"), tenths(score.maturity))
    yield cells(_("Shown by evidence"), percent(score.evidenced))
    provisional = _("Some questions are open, so the result is provisional.")
    yield (_("Answered"),), (covered, provisional) if score.is_provisional else (covered,)


def title(gap: Gap) -> str:
    return gap.question.action.title[get_language()]


# --- the details ---------------------------------------------------------------------------------


def gaps(standing: Standing) -> Iterator[Block]:
    language, result = get_language(), standing.result
    yield Heading(_("Section by section"))
    yield Table(
        (_("Section"), _("Of targets"), _("Obligations"), _("Maturity"), _("Answered")),
        tuple(
            cells(
                f"{section.number}. {section.title[language]}",
                percent(score.reached),
                percent(score.obligations),
                tenths(score.maturity),
                f"{score.settled}{GAP}/{GAP}{score.visible}",
            )
            for section, score in (
                (section, result.sections[section.key]) for section, _asked in standing.sections
            )
        ),
    )
    if result.gaps:
        yield Heading(_("Gaps, the most urgent first"))
    for gap in result.gaps:
        action = gap.question.action
        yield Heading(f"{gap.question.number} {action.title[language]}", 3)
        least, most = gap.question.effort.hours
        effort = _("%(least)s–%(most)s hours of work") % {"least": least, "most": most}
        yield Paragraph(f"{labels.WHENS[gap.when]} · {labels.ROLES[action.role]} · {effort}")
        yield Bullets(action.steps[language])
        yield Paragraph(_("Done when: %(done)s") % {"done": action.done_when[language]})
    if result.to_find_out:
        yield Heading(_("To find out"))
        yield Bullets(tuple(asked(question) for question in result.to_find_out))


def asked(question: Question) -> str:
    return f"{question.number} {question.text[get_language()]}"


def plan(measures: Sequence[Measure]) -> Iterator[Block]:
    if not measures:
        return
    yield Heading(_("Action plan"))
    yield Table(
        (_("What to do"), _("In charge"), _("To be done by"), _("Status")),
        tuple(
            cells(
                one.question.action.title[get_language()],
                one.owner or NOTHING,
                date_format(one.due_on, "SHORT_DATE_FORMAT") if one.due_on else NOTHING,
                str(labels.STATUSES[one.status]),
            )
            for one in measures
        ),
    )


def answers(standing: Standing) -> Iterator[Block]:
    language = get_language()
    yield Heading(_("All questions and answers"))
    for section, questions in standing.sections:
        yield Heading(f"{section.number}. {section.title[language]}", 3)
        yield Table(
            (_("Question"), _("Answer")),
            tuple(((asked(one),), (*answered(one, standing), laws(one))) for one in questions),
        )


def laws(question: Question) -> str:
    language = get_language()
    kind = labels.OBLIGATIONS[question.obligation]
    return (
        f"{kind}: {'; '.join(cite(ref, language) for ref in question.refs)}"
        if (question.refs)
        else str(kind)
    )


def answered(question: Question, standing: Standing) -> Iterator[str]:
    answer = standing.answers.get(question.key)
    remark = standing.remarks.get(question.key, Remark())
    if answer is None:
        yield _("Not answered")
        return
    if answer.level is None:
        yield str(labels.STATES[answer.state])
    else:
        wording = question.levels[get_language()][answer.level]
        yield _("Level %(level)s, target %(target)s: %(wording)s") % {
            "level": answer.level,
            "target": question.target,
            "wording": wording,
        }
    if answer.evidenced:
        yield _("Shown by evidence")
    yield from filter(None, (remark.reason, *remark.note.splitlines()))


# --- how it came about ---------------------------------------------------------------------------


def method(standing: Standing) -> Iterator[Block]:
    yield Heading(_("How is this computed?"))
    yield Paragraph(
        _(
            "Each question has a target, mostly 3, and a weight from 1 to 5. What has reached its"
            " target counts wholly, what is half way counts half; more than the target counts no"
            " more. “I don't know” counts as nothing reached, and is listed as something to find"
            " out. What does not concern the company, and what is not answered yet, does not count"
            " at all."
        )
    )
    yield Paragraph(_("Maturity is the weighted mean of all levels, from 0 to 4."))


def seal(about: About, standing: Standing) -> Iterator[Block]:
    yield Heading(_("Where this comes from"))
    questionnaire = standing.questionnaire
    rows = [
        cells(_("Started"), date_format(about.started_on, "SHORT_DATE_FORMAT")),
        cells(_("Questionnaire"), f"{questionnaire.version} · {questionnaire.sha256}"),
    ]
    if about.seal:
        rows.append(cells(_("Seal"), about.seal))
    yield Table((_("Fact"), _("Value")), tuple(rows))


def cells(*texts: str) -> tuple[tuple[str, ...], ...]:
    return tuple((text,) for text in texts)


def percent(points: int | None) -> str:
    """Rounded down: a score never looks better than it is."""
    return NOTHING if points is None else f"{points // 100}{GAP}%"


def tenths(value: int | None) -> str:
    return NOTHING if value is None else number_format(value / 10, decimal_pos=1)
