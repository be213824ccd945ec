"""Gaps become actions, with somebody in charge and a day."""

from datetime import date

import pytest

from assessment.models import Measure
from tests.assessment.answering import answer_everything, inside, page
from tests.cast import QUESTION
from tests.company.english import in_english


def measure(company):
    with inside(company):
        return Measure.objects.get(pk=company.row("measure"))


def change(client, company, **data):
    data = {"status": "open", "owner": "", "due_on": "", "hours": "", "cost": "", "note": ""} | data
    return client.post(page("assessment_measure", company, company.row("measure")), data)


def test_every_gap_is_put_into_the_plan_once(cast, sign_in):
    answer_everything(cast.a, level=0)
    client = sign_in(cast.a.member)
    for _ in range(2):
        assert client.post(page("assessment_plan_gaps", cast.a)).url == page(
            "assessment_plan", cast.a
        )
    with inside(cast.a) as assessment:
        planned = Measure.objects.filter(assessment=assessment)
        assert planned.count() > 100 and planned.filter(question=QUESTION).count() == 1


@pytest.mark.parametrize("view", ["table", "board", "nonsense"])
def test_it_is_shown_as_a_table_and_as_a_board(cast, sign_in, view):
    address = page("assessment_plan", cast.a) + f"?nakyma={view}"
    shown = sign_in(cast.a.reader).get(address).content.decode()
    assert "Nimeä" in shown or "nimeä" in shown or cast.a.admin.email in shown


def test_a_colleague_is_put_in_charge(cast, sign_in):
    member = cast.a.membership(cast.a.member)
    saved = change(
        sign_in(cast.a.admin),
        cast.a,
        status="doing",
        owner=member,
        due_on="2027-01-31",
        hours=4,
        cost=300,
    )
    now = measure(cast.a)
    assert saved.url == page("assessment_plan", cast.a)
    assert (now.status, now.owner_id, now.due_on, now.hours, now.cost) == (
        "doing",
        member,
        date(2027, 1, 31),
        4,
        300,
    )


def test_nobody_of_another_company_is(cast, sign_in):
    foreign = cast.b.membership(cast.b.member)
    shown = change(sign_in(cast.a.admin), cast.a, owner=foreign)
    assert shown.status_code == 200 and measure(cast.a).owner_id != foreign


@pytest.mark.parametrize(
    "wrong", [{"status": "gone"}, {"due_on": "tomorrow"}, {"hours": -1}, {"cost": "much"}]
)
def test_what_is_wrong_is_told_and_stays_as_typed(cast, sign_in, wrong):
    shown = change(sign_in(cast.a.admin), cast.a, note="Typed.", **wrong).content.decode()
    assert "error-summary" in shown and "Typed." in shown
    assert measure(cast.a).note == "Hallitus päättää."


def test_what_is_done_asks_for_the_answer(cast):
    client = in_english(cast.a.admin)
    done = change(client, cast.a, status="done")
    assert done.url == page("assessment_section", cast.a, "governance")
    assert "Is the answer to the question another now" in client.get(done.url).content.decode()


def test_what_is_late_is_marked(cast):
    change(in_english(cast.a.admin), cast.a, due_on="2020-01-01")
    client = in_english(cast.a.reader)
    assert "late" in client.get(page("assessment_plan", cast.a)).content.decode()
