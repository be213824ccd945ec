"""A signed-in client that reads English: the language of the source texts."""

from django.test import Client

from tests.cast import Person
from tests.clients import sign_in


def in_english(person: Person, **how: bool) -> Client:
    client = sign_in(person, **how)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
