"""Signing off locks and seals; the seal outlives the people; the next round begins from it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from assessment import actions, queries, sealing
from assessment.actions import Given
from assessment.models import Actor, Answer, Assessment
from assessment.scoring import State
from registry.company import tenant
from registry.company.tenant import Scope
from tests.assessment.answering import (
    SECTION,
    answer_everything,
    form,
    inside,
    page,
    signed_off,
)
from tests.cast import QUESTION
from tests.company.english import in_english


def holds(company):
    with inside(company) as assessment:
        return sealing.holds(assessment, content=queries.questionnaire_of(assessment).sha256)


def test_open_questions_are_named_and_nothing_is_signed(cast):
    shown = in_english(cast.a.admin).post(page("assessment_sign", cast.a)).content.decode()
    assert "Answer them first" in shown and page("assessment_section", cast.a, SECTION) in shown
    with inside(cast.a) as assessment:
        assert not assessment.is_signed


def test_it_says_who_signed_and_that_the_seal_holds(cast):
    answer_everything(cast.a)
    client = in_english(cast.a.admin)
    assert client.post(page("assessment_sign", cast.a)).url == page("assessment", cast.a)
    shown = client.get(page("assessment", cast.a)).content.decode()
    assert f"Signed off by {cast.a.admin.email}" in shown and "The seal holds" in shown


def test_a_second_click_changes_nothing(cast, sign_in):
    first = signed_off(cast.a)
    client = sign_in(cast.a.admin)
    assert client.post(page("assessment_sign", cast.a)).url == page("assessment", cast.a)
    with inside(cast.a) as assessment:
        assert assessment.seal == first.seal and assessment.signed_at == first.signed_at


def test_any_change_breaks_the_seal(cast):
    signed_off(cast.a)
    assert holds(cast.a)
    with inside(cast.a) as assessment:
        content = queries.questionnaire_of(assessment).sha256
        assessment.name = "Another"
        assert not sealing.holds(assessment, content=content)
        assessment.refresh_from_db()
        Answer.objects.filter(assessment=assessment, question=QUESTION).delete()
        assert not sealing.holds(assessment, content=content)


def test_the_signer_s_erasure_leaves_the_seal_whole_and_says_nobody_s_name(cast):
    signed_off(cast.a)
    with tenant.serving(scope=Scope.ACCOUNTS, organisation=cast.a.id):
        Actor.objects.filter(person_id=cast.a.admin.id).update(person_id=None)
    assert holds(cast.a)
    shown = in_english(cast.a.member).get(page("assessment", cast.a)).content.decode()
    assert f"by {cast.a.admin.email}" not in shown and "erased since" in shown


def test_the_next_round_starts_from_the_answers_each_to_be_confirmed(cast):
    signed_off(cast.a)
    client = in_english(cast.a.admin)
    begun = client.post(page("assessment_round", cast.a), {"name": "Next", "due_on": ""})
    with tenant.serving(organisation=cast.a.id, person=cast.a.admin.id):
        following = Assessment.objects.get(name="Next")
        assert begun.url == reverse("assessment_profile", args=[cast.a.id, following.pk])
        assert following.profile == {"profile.headcount": ["under_10"]}
        carried = Answer.objects.filter(assessment=following)
        assert carried.count() == len(queries.standing(following).answers) > 100
        assert all(carried.values_list("to_confirm", flat=True))
    refused = client.post(reverse("assessment_sign", args=[cast.a.id, following.pk]))
    assert "have not been confirmed" in refused.content.decode()
    section = reverse("assessment_section", args=[cast.a.id, following.pk, SECTION])
    assert "to be confirmed" in client.get(section).content.decode()
    client.post(section, form("3", revision=1))
    with tenant.serving(organisation=cast.a.id):
        confirmed = Answer.objects.get(assessment=following, question=QUESTION)
        assert not confirmed.to_confirm and confirmed.revision == 2


def test_an_unsigned_round_has_no_next_one(cast, sign_in):
    asked = sign_in(cast.a.admin).post(page("assessment_round", cast.a), {"name": "Next"})
    assert asked.url == page("assessment", cast.a)
    with inside(cast.a):
        assert Assessment.objects.count() == 1


def test_results_show_the_rounds_before(cast):
    before = signed_off(cast.a)
    with inside(cast.a) as assessment:
        following = actions.start_round(
            assessment, person=cast.a.admin.id, name="Next", due_on=None
        )
    address = reverse("assessment_results", args=[cast.a.id, following.pk])
    shown = in_english(cast.a.reader).get(address).content.decode()
    assert "Earlier rounds" in shown and before.name in shown and "100" in shown


def test_only_admins_sign(cast, sign_in):
    for person in (cast.a.member, cast.a.reader):
        assert sign_in(person).post(page("assessment_sign", cast.a)).status_code == 403


def test_what_somebody_reopens_after_the_look_is_not_signed(own_database, cast):
    """Two at once: an answer is put off while the admin looks at the page and signs."""
    answer_everything(cast.a)
    with inside(cast.a) as assessment:
        revision = stored_revision(assessment)
    with ThreadPoolExecutor(1) as pool:
        with inside(cast.a) as assessment:
            later = Given(State.LATER, revision=revision)
            actions.save_answer(assessment, question=QUESTION, given=later, person=cast.a.admin.id)
            signing = pool.submit(sign, cast.a)
            with pytest.raises(TimeoutError):
                signing.result(timeout=1)  # it waits for the answer
        with pytest.raises(ValidationError):
            signing.result(timeout=20)


def sign(company):
    try:
        with inside(company) as assessment:
            actions.sign_off(assessment, person=company.admin.id, at=timezone.now())
    finally:
        connections.close_all()


def stored_revision(assessment):
    return Answer.objects.get(assessment=assessment, question=QUESTION).revision
