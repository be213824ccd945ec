"""The overview: what every member sees of their company, and where they may go from there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.company import tenant
from registry.company.models import Organisation
from registry.persons.models import Invitation
from tests.cast import key
from tests.company.english import in_english
from tests.persons.selects import selects

FOR_ADMINS = (
    "people",
    "invitations",
    "corrections",
    "company_edit",
    "company_data",
    "relationship",
    "company_history",
    "payments",
    "sales",
    "service_events",
    "company_security",
)


def url(company, name="company"):
    return reverse(name, args=[company.id])


def links(page):
    """What the page itself links to, without its navigation."""
    html = page.content.decode()
    return html[html.index('<ul class="links">') :]


@pytest.mark.parametrize("role", ["admin", "member", "reader"])
def test_every_member_sees_name_business_id_and_their_role(cast, role):
    page = in_english(getattr(cast.a, role)).get(url(cast.a)).content.decode()
    assert cast.a.name in page and cast.a.business_id in page
    assert {"admin": "Company admin", "member": "Member", "reader": "Read-only"}[role] in page


def test_an_admin_finds_every_page(cast, sign_in):
    found = links(sign_in(cast.a.admin).get(url(cast.a)))
    for name in FOR_ADMINS:
        assert f'href="{url(cast.a, name)}"' in found
    assert f'href="{reverse("inspection")}"' in found


@pytest.mark.parametrize("role", ["member", "reader"])
def test_others_find_only_what_they_may_open(cast, sign_in, role):
    page = sign_in(getattr(cast.a, role)).get(url(cast.a))
    for name in FOR_ADMINS:
        assert f'href="{url(cast.a, name)}"' not in links(page)
    assert page.context["figures"] is None


def test_the_figures_are_of_the_own_company_and_of_open_invitations(cast, sign_in):
    with tenant.serving(organisation=cast.a.id):
        Invitation.objects.create(
            organisation_id=cast.a.id,
            email="vanha@a.example",
            invited_by_id=cast.a.membership(cast.a.admin),
            secret_digest=b"",
            expires_at=timezone.now() - timedelta(days=1),
        )
    figures = sign_in(cast.a.admin).get(url(cast.a)).context["figures"]
    assert (figures.people, figures.open_invitations) == (len(cast.a.people), 1)


def test_it_tells_whether_dig1_has_identified_the_company(cast):
    client = in_english(cast.a.reader)
    assert ">Identified<" in client.get(url(cast.a)).content.decode()
    with tenant.serving(organisation=cast.a.id):
        Organisation.objects.filter(pk=cast.a.id).update(identified_at=None)
    assert ">Not identified yet<" in client.get(url(cast.a)).content.decode()


def test_another_company_looks_like_one_that_never_was(cast, sign_in):
    client = sign_in(cast.a.admin)
    foreign = client.get(url(cast.b))
    absent = client.get(reverse("company", args=[key("no such company")]))
    erased = client.get(url(cast.d))
    assert foreign.status_code == absent.status_code == erased.status_code == 404
    assert len(foreign.content) == len(absent.content) == len(erased.content)


def test_a_dismissed_admin_is_a_stranger(cast, sign_in):
    assert sign_in(cast.ex_admin).get(url(cast.a)).status_code == 404


def test_it_is_read_only(cast, sign_in):
    assert sign_in(cast.a.admin).post(url(cast.a)).status_code == 405


def test_it_needs_few_queries(cast, sign_in):
    client = sign_in(cast.a.admin)
    with selects() as found:
        client.get(url(cast.a))
    assert len(found) <= 7
