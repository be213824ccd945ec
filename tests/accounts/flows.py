"""The sign-in pages, gone through as a browser would."""

import re
from datetime import UTC, datetime, timedelta

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.urls import reverse

from tests.cast import PASSWORD, TOTP_SECRET

CODE = re.compile(r"^[B-Z]{3,5}-[B-Z]{3,5}$", re.MULTILINE)
# A code of an authenticator app is good for 30 seconds, and once; a mail is sent every 10 seconds.
A_MOMENT = timedelta(seconds=31)


def wait(time_machine):
    """Time goes on, for the service and not for the test."""
    time_machine.move_to(datetime.now(UTC) + A_MOMENT)


def code_in(message):
    """The code that a mail carries."""
    return CODE.search(message.body)[0]


def totp(secret=TOTP_SECRET):
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def log_in(client, email, password=PASSWORD, **query):
    return client.post(reverse("account_login"), {"login": email, "password": password, **query})


def log_in_by_code(client, email, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": email})
    code = code_in(mailoutbox[-1])
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def sign_up(client, email, password=PASSWORD, **query):
    data = {"email": email, "password1": password, **query}
    return client.post(reverse("account_signup"), data)


def confirm_address(client, mailoutbox):
    code = code_in(mailoutbox[-1])
    return client.post(reverse("account_email_verification_sent"), {"code": code})


def reset_password(client, email, password, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": email})
    code = code_in(mailoutbox[-1])
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    data = {"password1": password, "password2": password}
    answer = client.post(reverse("account_complete_password_reset"), data)
    assert answer.status_code == 302


def is_signed_in(client):
    return client.get(reverse("account_change_password")).status_code == 200
