"""Whether an address has an account shows in no answer, nor in the work that it takes.

Hashing a password takes longer than all the rest of a request, so it is hashings that count.
"""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.urls import reverse

from tests.accounts.flows import log_in, sign_up
from tests.clients import ForgetfulClient

UNKNOWN = "tuntematon@muualla.example"


@pytest.fixture
def hashings(monkeypatch):
    """The hashings done so far, to be compared or to be stored."""
    done = []
    for name in ("encode", "verify"):
        inherited = getattr(Argon2PasswordHasher, name)

        def counted(self, *arguments, inherited=inherited):
            done.append(inherited.__name__)
            return inherited(self, *arguments)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return done


def asks_for_code(name):
    return lambda client, email: client.post(reverse(name), {"email": email})


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        pytest.param(sign_up, 1, id="sign-up"),
        pytest.param(lambda c, email: log_in(c, email, "Väärä-salasana-1"), 1, id="sign-in"),
        pytest.param(asks_for_code("account_reset_password"), 0, id="password reset"),
        pytest.param(asks_for_code("account_request_login_code"), 0, id="sign-in code"),
    ],
)
def test_known_and_unknown_addresses_take_the_same_work(cast, mailoutbox, hashings, ask, expected):
    answers = []
    for email in (cast.stranger.email, UNKNOWN):
        hashings.clear()
        answer = ask(ForgetfulClient(), email)
        answers.append((answer.status_code, answer.headers.get("Location"), len(hashings)))
    assert answers[0] == answers[1]
    assert answers[0][2] == expected


def test_a_sign_in_hashes_the_password_once(cast, client, hashings):
    assert log_in(client, cast.stranger.email).status_code == 302
    assert hashings == ["verify"]


def test_staff_keep_the_rights_of_their_groups(cast, sign_in):
    client = sign_in(cast.staff.support, mfa=True)
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 200
    assert client.get(reverse("admin:payments_sale_add")).status_code == 403
