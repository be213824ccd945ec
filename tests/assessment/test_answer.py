"""Answers save themselves one by one, and as a section without scripts; nothing is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections, transaction

from assessment import queries
from assessment.models import Answer, Revision
from registry.company import tenant
from tests.assessment.answering import (
    SECTION,
    answer_everything,
    form,
    inside,
    page,
    signed_off,
    stored,
)
from tests.cast import QUESTION
from tests.clients import sign_in as sign_in_to
from tests.company.english import in_english

OTHER = "governance.policy"


def answer(client, company, data, question=QUESTION):
    return client.post(page("assessment_answer", company, question), data)


def test_a_change_is_saved_and_told(cast):
    client = in_english(cast.a.member)
    shown = answer(client, cast.a, form("3", note="Decided in May."))
    assert shown.status_code == 200 and "Saved at" in shown.content.decode()
    now = stored(cast.a)
    assert (now.state, now.level, now.note, now.revision) == (
        "answered",
        3,
        "Decided in May.",
        2,
    )


def test_every_answer_is_remembered_with_its_author(cast, sign_in):
    answer(sign_in(cast.a.member), cast.a, form("3"))
    answer(sign_in(cast.a.admin), cast.a, form("unknown", revision=2))
    with inside(cast.a) as assessment:
        found = Revision.objects.filter(assessment=assessment).order_by("revision")
        assert [(one.revision, one.state, one.level) for one in found] == [
            (1, "answered", 1),
            (2, "answered", 3),
            (3, "unknown", None),
        ]
        assert found[1].actor_id != found[2].actor_id


def test_the_answer_to_a_save_shows_how_far_the_company_has_come(cast, sign_in):
    data = form("2", question=OTHER, revision=0)
    shown = answer(sign_in(cast.a.admin), cast.a, data, OTHER).content.decode()
    assert 'id="progress"' in shown and 'hx-swap-oob="true"' in shown and "2 / 6" in shown


@pytest.mark.parametrize("revision", [0, 2, 99])
def test_an_answer_to_a_stale_page_is_refused_and_both_are_shown(cast, revision):
    client = in_english(cast.a.member)
    data = form("4", revision=revision, note="Mine.")
    shown = answer(client, cast.a, data)
    page_text = shown.content.decode()
    assert shown.status_code == 409
    assert cast.a.admin.email in page_text and "Toistaiseksi sovittu" in page_text
    assert f'name="{QUESTION}-revision" value="1"' in page_text
    assert stored(cast.a).level == 1
    again = answer(client, cast.a, form("4", revision=1, note="Mine."))
    assert again.status_code == 200 and stored(cast.a).level == 4


def test_a_second_click_is_no_conflict(cast, sign_in):
    client = sign_in(cast.a.member)
    for _ in range(2):
        assert answer(client, cast.a, form("3", note="Sama.")).status_code == 200
    assert stored(cast.a).revision == 2
    section = client.post(page("assessment_section", cast.a, SECTION), form("3", note="Sama."))
    assert section.url == page("assessment_section", cast.a, "record")


def test_the_section_is_saved_by_its_button_too_and_leads_on(cast, sign_in):
    data = form("2") | form("3", question=OTHER, revision=0)
    saved = sign_in(cast.a.member).post(page("assessment_section", cast.a, SECTION), data)
    assert saved.url == page("assessment_section", cast.a, "record")
    assert stored(cast.a).level == 2 and stored(cast.a, OTHER).level == 3


def test_what_is_in_order_is_saved_and_the_rest_stays_as_typed(cast):
    client = in_english(cast.a.member)
    data = form("4", revision=0, note="Typed.") | form("3", question=OTHER, revision=0)
    shown = client.post(page("assessment_section", cast.a, SECTION), data)
    text = shown.content.decode()
    assert shown.status_code == 200 and "Not everything was saved" in text and "Typed." in text
    assert stored(cast.a, OTHER).level == 3 and stored(cast.a).level == 1


def test_what_has_not_changed_is_not_saved_again(cast, sign_in):
    data = form("1", note="Toistaiseksi sovittu suullisesti.")
    sign_in(cast.a.member).post(page("assessment_section", cast.a, SECTION), data)
    assert stored(cast.a).revision == 1


@pytest.mark.parametrize(
    "data",
    [
        form(""),
        form("5"),
        form("-1"),
        form("inapplicable", reason="We have none."),  # this question concerns everybody
        form("", note="Only a note."),
        form("1", note="x" * 2001),
        form("1", note="131052-308T"),
        form("1", note="\x00"),
    ],
)
def test_what_is_no_answer_is_refused_with_a_message(cast, data):
    shown = answer(in_english(cast.a.member), cast.a, data)
    assert shown.status_code == 422 and "text-danger" in shown.content.decode()
    assert stored(cast.a).revision == 1


def test_what_does_not_concern_the_company_needs_a_reason(cast, sign_in):
    with inside(cast.a) as assessment:
        questions = queries.questionnaire_of(assessment).questions.values()
        question = next(one.key for one in questions if one.can_be_inapplicable)
    client = sign_in(cast.a.member)
    data = form("inapplicable", question=question, revision=0)
    assert answer(client, cast.a, data, question).status_code == 422
    data |= form("inapplicable", question=question, revision=0, reason="Emme tee tätä.")
    assert answer(client, cast.a, data, question).status_code == 200
    assert stored(cast.a, question).reason == "Emme tee tätä."


@pytest.mark.parametrize("text", ["Kysy matti@firma.example", "Soita 040 123 4567"])
def test_somebody_s_address_or_number_is_kept_and_told_of(cast, text):
    shown = answer(in_english(cast.a.member), cast.a, form("1", note=text)).content.decode()
    assert "individual" in shown and "Saved at" in shown


@pytest.mark.parametrize("text", ["Tehty 24.11.2026", "Laki 1050/2018 29 §", "0,5 h ja 100 %"])
def test_dates_and_laws_are_nobody_s_number(cast, text):
    shown = answer(in_english(cast.a.member), cast.a, form("1", note=text)).content.decode()
    assert "individual" not in shown


def test_no_other_question_can_be_answered(cast, sign_in):
    client = sign_in(cast.a.member)
    assert answer(client, cast.a, form("1"), "no.such.question").status_code == 404
    assert client.get(page("assessment_section", cast.a, "nothing")).status_code == 404


def test_readers_answer_nothing(cast, sign_in):
    assert answer(sign_in(cast.a.reader), cast.a, form("4")).status_code == 403


def test_after_the_sign_off_nothing_is_saved(cast, sign_in):
    signed_off(cast.a)
    before = stored(cast.a).revision
    shown = answer(sign_in(cast.a.member), cast.a, form("0", revision=before))
    assert shown.status_code == 409 and stored(cast.a).revision == before
    section = page("assessment_section", cast.a, SECTION)
    assert sign_in(cast.a.member).post(section, form("0", revision=before)).url == page(
        "assessment", cast.a
    )
    assert stored(cast.a).revision == before


def test_the_database_keeps_signed_answers_too(cast):
    signed_off(cast.a)
    with inside(cast.a) as assessment:
        for change in (
            lambda: Answer.objects.filter(assessment=assessment).update(level=0),
            lambda: Revision.objects.filter(assessment=assessment).update(level=0),
            lambda: type(assessment).objects.filter(pk=assessment.pk).update(name="Another"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


def test_of_many_saves_at_once_one_is_taken(own_database, cast):
    def save(level):
        try:
            client = sign_in_to(cast.a.admin)
            return answer(client, cast.a, form(str(level))).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        answers = sorted(pool.map(save, range(5)))
    assert answers == [200, 409, 409, 409, 409]
    with tenant.serving(organisation=cast.a.id):
        assert Revision.objects.filter(question=QUESTION).count() == 2


def test_everything_answered_leads_to_the_sign_off(cast, sign_in):
    answer_everything(cast.a)
    shown = sign_in(cast.a.admin).get(page("assessment", cast.a)).content.decode()
    assert page("assessment_sign", cast.a) in shown
