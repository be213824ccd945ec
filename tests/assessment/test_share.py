"""Colleagues share the work: sections, comments, and whom a comment is meant for."""

from django.urls import reverse

from assessment.models import Assignment, Comment, Mention
from tests.assessment.answering import SECTION, inside, page, signed_off
from tests.cast import QUESTION
from tests.company.english import in_english
from tests.erasing import erase_person


def share(client, company, section, person, due_on=""):
    data = {
        f"{section}-membership": company.membership(person) if person else "",
        f"{section}-due_on": due_on,
    }
    return client.post(page("assessment_share", company), data)


def test_a_colleague_finds_their_section_first(cast, sign_in):
    given = share(sign_in(cast.a.admin), cast.a, "security", cast.a.member, "2027-01-31")
    assert given.url == page("assessment", cast.a)
    shown = in_english(cast.a.member).get(page("assessment", cast.a)).content.decode()
    first = page("assessment_section", cast.a, "security")
    assert shown.index(first) < shown.index(page("assessment_section", cast.a, "record"))


def test_a_section_can_be_taken_back(cast, sign_in):
    share(sign_in(cast.a.admin), cast.a, SECTION, None)
    with inside(cast.a) as assessment:
        assert not Assignment.objects.filter(assessment=assessment).exists()


def test_nobody_of_another_company_gets_one(cast, sign_in):
    data = {f"{SECTION}-membership": cast.b.membership(cast.b.member)}
    shown = sign_in(cast.a.admin).post(page("assessment_share", cast.a), data)
    assert shown.status_code == 200
    with inside(cast.a):
        assert Assignment.objects.get().membership_id == cast.a.membership(cast.a.admin)


def test_of_what_is_signed_off_nothing_is_shared(cast, sign_in):
    signed_off(cast.a)
    assert share(sign_in(cast.a.admin), cast.a, SECTION, None).url == page("assessment", cast.a)
    with inside(cast.a):
        assert Assignment.objects.exists()


def say(client, company, text, *people):
    data = {
        "comment-text": text,
        "comment-meant_for": [company.membership(person) for person in people],
    }
    return client.post(page("assessment_question", company, QUESTION), data)


def test_a_comment_reaches_those_it_is_meant_for(cast):
    say(in_english(cast.a.admin), cast.a, "Who knows this?", cast.a.member)
    listed = reverse("assessments", args=[cast.a.id])
    assert "Who knows this?" in in_english(cast.a.member).get(listed).content.decode()
    assert "Who knows this?" not in in_english(cast.accountant).get(listed).content.decode()


def test_an_empty_comment_is_refused(cast, sign_in):
    assert say(sign_in(cast.a.member), cast.a, "  ").status_code == 200
    with inside(cast.a):
        assert Comment.objects.count() == 1


def test_a_comment_is_text_and_no_markup(cast):
    client = in_english(cast.a.member)
    say(client, cast.a, "<script>alert(1)</script>")
    shown = client.get(page("assessment_question", cast.a, QUESTION)).content.decode()
    assert "<script>alert" not in shown and "&lt;script&gt;" in shown


def test_erasing_a_person_cuts_authorship_and_takes_mentions_and_sections(cast, own_database):
    say(in_english(cast.a.member), cast.a, "My comment.", cast.a.member)
    share(in_english(cast.a.admin), cast.a, "security", cast.a.member)
    erase_person(cast.a, cast.a.member, by=cast.a.admin)
    shown = in_english(cast.a.admin).get(page("assessment_question", cast.a, QUESTION))
    text = shown.content.decode()
    assert "My comment." in text and "erased person" in text
    assert cast.a.member.email not in text
    with inside(cast.a):
        gone = cast.a.membership(cast.a.member)
        assert not Mention.objects.filter(membership_id=gone).exists()
        assert not Assignment.objects.filter(membership_id=gone).exists()
