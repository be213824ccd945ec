"""The cookie page lists every cookie that the service sets."""

from django.urls import reverse

from consent.cookies import COOKIES


def test_each_cookie_is_listed_with_its_purpose_and_lifetime(client):
    page = client.get(reverse("cookies")).content.decode()
    for cookie in COOKIES:
        assert cookie.name in page
        assert str(cookie.purpose) in page
        assert str(cookie.lifetime) in page


def test_a_visitor_gets_no_cookie_that_is_not_listed(client):
    client.get(reverse("account_login"))
    client.post(reverse("set_language"), {"language": "sv", "next": "/"})
    assert set(client.cookies) <= {cookie.name for cookie in COOKIES}
    assert "django_language" in client.cookies
