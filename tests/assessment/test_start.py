"""A company begins its first assessment: name, profile, first section."""

from django.urls import reverse

from assessment.models import Actor, Assessment
from registry.company import tenant
from tests.assessment.answering import forget_the_assessment_of, page
from tests.cast import QUESTION
from tests.persons.selects import selects


def start(client, company, **data):
    return client.post(reverse("assessment_new", args=[company.id]), data)


def test_without_any_the_page_offers_the_first_one(cast, sign_in):
    forget_the_assessment_of(cast.c)
    shown = sign_in(cast.c.admin).get(reverse("assessments", args=[cast.c.id]))
    assert reverse("assessment_new", args=[cast.c.id]) in shown.content.decode()


def test_it_leads_to_the_profile_and_from_there_to_the_sections(cast, sign_in):
    client = sign_in(cast.a.admin)
    begun = start(client, cast.a, name="Tietosuoja 2027", due_on="2027-03-31")
    with tenant.serving(organisation=cast.a.id):
        new = Assessment.objects.get(name="Tietosuoja 2027")
        assert Actor.objects.get(pk=new.started_by_id).person_id == cast.a.admin.id
    assert begun.url == reverse("assessment_profile", args=[cast.a.id, new.pk])
    saved = client.post(begun.url, {"profile.headcount": "10_19"})
    assert saved.url == reverse("assessment", args=[cast.a.id, new.pk])
    with tenant.serving(organisation=cast.a.id):
        new.refresh_from_db()
        assert new.profile == {"profile.headcount": ["10_19"]}
    first = reverse("assessment_section", args=[cast.a.id, new.pk, "governance"])
    assert first in client.get(saved.url).content.decode()


def test_without_a_name_nothing_begins_and_what_was_typed_stays(cast, sign_in):
    shown = start(sign_in(cast.a.admin), cast.a, name=" ", due_on="2027-03-31").content.decode()
    assert "2027-03-31" in shown
    with tenant.serving(organisation=cast.a.id):
        assert Assessment.objects.count() == 1


def test_a_choice_that_is_none_is_refused(cast, sign_in):
    shown = sign_in(cast.a.admin).post(
        page("assessment_profile", cast.a), {"profile.headcount": "a million"}
    )
    assert shown.status_code == 200 and "error-summary" in shown.content.decode()


def test_the_profile_leaves_out_what_does_not_concern_the_company(cast, sign_in):
    client = sign_in(cast.a.member)
    personnel = page("assessment_section", cast.a, "staff")
    assert client.get(personnel).status_code == 200
    alone = {"profile.headcount": "under_10", "profile.staff": "neither"}
    client.post(page("assessment_profile", cast.a), alone)
    assert client.get(personnel).status_code == 404
    client.post(page("assessment_profile", cast.a), alone | {"profile.staff": "employees"})
    assert client.get(personnel).status_code == 200


def test_the_pages_need_few_queries(cast, sign_in):
    client = sign_in(cast.a.admin)
    for address, most in (
        (reverse("assessments", args=[cast.a.id]), 5),
        (page("assessment", cast.a), 7),
        (page("assessment_profile", cast.a), 4),
        (page("assessment_section", cast.a, "governance"), 9),
        (page("assessment_results", cast.a), 7),
        (page("assessment_plan", cast.a), 7),
        (page("assessment_question", cast.a, QUESTION), 13),
        (page("assessment_share", cast.a), 8),
        (page("assessment_sign", cast.a), 6),
    ):
        with selects() as found:
            assert client.get(address).status_code == 200
        assert len(found) <= most, address
