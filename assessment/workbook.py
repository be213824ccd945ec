"""The same report as a workbook: real dates and numbers, to sort and to count with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assessment import labels
from assessment.citing import cite
from assessment.questionnaire.model import Question
from assessment.scoring import ALL, Answer
from assessment.standing import Heading, Measure, Remark, Standing

WIDE = 60
NARROW = 14
Row = list[Any]


def workbook(about: Heading, standing: Standing, measures: Sequence[Measure]) -> bytes:
    """Sheets of sections, questions and the action plan. What looks like a formula is text."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": f"{about.company} {about.name}"})
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "share": book.add_format({"num_format": "0 %", "valign": "top"}),
            "date": book.add_format({"num_format": "d.m.yyyy", "valign": "top", "align": "left"}),
        }
        for name, rows in (
            (_("Sections"), sections(standing)),
            (_("Questions"), questions(standing)),
            (_("Action plan"), plan(measures)),
        ):
            fill(book.add_worksheet(name[:31]), list(rows), formats)
    return file.getvalue()


def fill(sheet: Worksheet, rows: list[Row], formats: dict[str, Format]) -> None:
    """The first row heads the others."""
    head = rows[0]
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows) - 1), len(head) - 1)
    for column in range(len(head)):
        longest = max(len(str(row[column])) for row in rows)
        sheet.set_column(column, column, WIDE if longest > NARROW * 2 else NARROW)
        sheet.write_string(0, column, head[column], formats["head"])
    for number, row in enumerate(rows[1:], start=1):
        for column, value in enumerate(row):
            put(sheet, number, column, value, formats)


def put(sheet: Worksheet, row: int, column: int, value: Any, formats: dict[str, Format]) -> None:
    match value:
        case None:
            sheet.write_blank(row, column, None, formats["text"])
        case Share(points):
            sheet.write_number(row, column, points / ALL, formats["share"])
        case date():
            sheet.write_datetime(
                row, column, datetime(value.year, value.month, value.day), formats["date"]
            )
        case int() | float():
            sheet.write_number(row, column, value, formats["text"])
        case _:
            sheet.write_string(row, column, str(value), formats["text"])


@dataclass(frozen=True)
class Share:
    """Basis points, shown as a percentage."""

    points: int

    def __str__(self) -> str:
        return ""  # takes little room


def share(points: int | None) -> Share | None:
    return None if points is None else Share(points)


def sections(standing: Standing) -> Iterator[Row]:
    yield [
        _("Number"),
        _("Section"),
        _("Of targets"),
        _("Obligations"),
        _("Shown by evidence"),
        _("Maturity"),
        _("Answered"),
        _("Questions"),
    ]
    for section, _asked in standing.sections:
        score = standing.result.sections[section.key]
        yield [
            section.number,
            section.title[get_language()],
            share(score.reached),
            share(score.obligations),
            share(score.evidenced),
            None if score.maturity is None else score.maturity / 10,
            score.settled,
            score.visible,
        ]


def questions(standing: Standing) -> Iterator[Row]:
    language = get_language()
    yield [
        _("Number"),
        _("Question"),
        _("Obligation"),
        _("Weight"),
        _("Target"),
        _("Level"),
        _("Answer"),
        _("Why it does not concern"),
        _("Note"),
        _("Law"),
    ]
    for _section, asked in standing.sections:
        for one in asked:
            answer = standing.answers.get(one.key)
            remark = standing.remarks.get(one.key, Remark())
            level = answer.level if answer else None
            yield [
                one.number,
                one.text[language],
                str(labels.OBLIGATIONS[one.obligation]),
                one.weight,
                one.target,
                level,
                said(one, answer),
                remark.reason,
                remark.note,
                "; ".join(cite(ref, language) for ref in one.refs),
            ]


def said(question: Question, answer: Answer | None) -> str:
    if answer is None:
        return ""
    if answer.level is None:
        return str(labels.STATES[answer.state])
    return question.levels[get_language()][answer.level]


def plan(measures: Sequence[Measure]) -> Iterator[Row]:
    yield [
        _("Number"),
        _("What to do"),
        _("In charge"),
        _("To be done by"),
        _("Status"),
        _("Own work, hours"),
        _("Cost estimate, euros"),
        _("Note"),
    ]
    for one in measures:
        yield [
            one.question.number,
            one.question.action.title[get_language()],
            one.owner,
            one.due_on,
            str(labels.STATUSES[one.status]),
            one.hours,
            one.cost,
            one.note,
        ]
