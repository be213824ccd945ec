"""The public pages: what is asked, and the quick check, which stores nothing."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.versions import current

PAGE, CHECK = reverse("questionnaire"), reverse("quick_check")
LANGUAGES = ("fi", "sv", "en")


def html(response):
    return unescape(response.content.decode())


def all_at(level):
    return {question.key: str(level) for question in current().quick}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_its_law_stand_on_one_page(client, settings, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = client.get(PAGE)
    for section in current().sections:
        assert section.title[language] in html(response)
    assert html(response).count("<strong>") == len(current().questions)
    law = {"fi": "30\xa0artiklan 1\xa0kohta", "sv": "artikel\xa030.1", "en": "Article\xa030(1)"}
    assert law[language] in html(response)
    assert current().version in html(response)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_quick_check_asks_its_twenty(client, settings, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    shown = html(client.get(CHECK))
    assert shown.count("<fieldset") == 20
    for question in current().quick:
        assert question.text[language] in shown


def test_all_in_use_is_in_good_shape(client):
    response = client.post(CHECK, all_at(3))
    result = response.context["result"]
    assert (result.verdict.value, result.gaps) == ("green", ())
    assert "100\xa0%" in html(response)
    assert "3,0" in html(response)


def test_nothing_done_shows_what_to_do_first(client):
    response = client.post(CHECK, all_at(0))
    assert response.context["result"].verdict.value == "red"
    gaps = response.context["gaps"]
    assert len(gaps) == 5
    assert all(gap.is_stopper for gap in gaps)
    for gap in gaps:
        assert gap.question.action.title["fi"] in html(response)
    assert response.context["more"] == 15


def test_what_is_not_known_is_to_be_found_out(client):
    question = next(iter(current().quick))
    response = client.post(CHECK, all_at(3) | {question.key: "unknown"})
    assert [one.key for one in response.context["result"].to_find_out] == [question.key]


def test_a_part_of_the_answers_gives_a_provisional_result(client):
    question = next(iter(current().quick))
    response = client.post(CHECK, {question.key: "2"})
    assert response.context["result"].whole.is_provisional
    assert "alustava" in html(response)


@pytest.mark.parametrize("answers", [{}, {"governance.owner": "9"}])
def test_bad_input_gets_a_message_and_loses_nothing(client, answers):
    first, second = (question.key for question in list(current().quick)[:2])
    bad = {first: "9", second: "2"} if answers else {}
    response = client.post(CHECK, bad)
    assert response.status_code == 200
    form = response.context["form"]
    assert form.errors
    if bad:
        assert form[second].value() == "2"
        assert "checked" in html(response)


def test_who_may_be_unconcerned(client):
    """Only where the profile would hide the question, or the question itself allows it."""
    for question in current().quick:
        allowed = question.can_be_inapplicable or any(question.show_if.flags())
        page = client.post(CHECK, {question.key: "inapplicable"})
        assert ("form" not in page.context) is allowed, question.key


def test_nothing_is_stored(client):
    with CaptureQueriesContext(connection) as asked:
        response = client.post(CHECK, all_at(1))
    writes = ("INSERT", "UPDATE", "DELETE")
    assert not [one["sql"] for one in asked if one["sql"].lstrip().startswith(writes)]
    assert "sessionid" not in response.cookies
    assert len(asked) <= 6  # transaction and context of any page
