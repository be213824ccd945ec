"""The front page: for strangers what the service is, for others the way to their company."""

from django.urls import reverse


def test_a_stranger_reads_what_it_is_and_may_register_or_sign_in(client):
    page = client.get("/")
    assert page.status_code == 200
    for name in ("account_signup", "account_login", "notice"):
        assert f'href="{reverse(name)}"' in page.content.decode()


def test_it_leads_to_the_only_company(cast, sign_in):
    answer = sign_in(cast.a.reader).get("/")
    assert answer.url == reverse("company", args=[cast.a.id])


def test_it_leads_to_the_list_when_there_are_several(cast, sign_in):
    assert sign_in(cast.accountant).get("/").url == reverse("companies")


def test_without_a_company_one_may_register_one_or_ask_for_an_invitation(cast, sign_in):
    page = sign_in(cast.stranger).get("/").content.decode()
    assert f'href="{reverse("company_new")}"' in page
    assert cast.stranger.email in page


def test_whoever_was_dismissed_is_without_a_company_again(cast, sign_in):
    page = sign_in(cast.ex_admin).get("/").content.decode()
    assert f'href="{reverse("company_new")}"' in page and cast.a.name not in page
