"""Provisions as each language writes them."""

import pytest

from assessment.citing import cite, provision
from assessment.questionnaire.model import Act, Reference, Text


def reference(written, unit="article"):
    name = Text("laki", "lagen", "Act")
    return Reference(Act("x", name, name, unit, name, frozenset()), written)


@pytest.mark.parametrize(
    ("written", "unit", "fi", "sv", "en"),
    [
        ("30", "article", "30 artikla", "artikel 30", "Article 30"),
        ("12:3", "article", "12 artiklan 3 kohta", "artikel 12.3", "Article 12(3)"),
        ("6:1:f", "article", "6 artiklan 1 kohdan f alakohta", "artikel 6.1 f", "Article 6(1)(f)"),
        ("29", "section", "29 §", "29 §", "section 29"),
        ("5a", "section", "5 a §", "5 a §", "section 5 a"),
        ("6:2", "section", "6 §:n 2 momentti", "6 § 2 mom.", "section 6(2)"),
    ],
)
def test_a_provision(written, unit, fi, sv, en):
    found = reference(written, unit)
    for language, wanted in (("fi", fi), ("sv", sv), ("en", en)):
        assert provision(found, language).replace("\xa0", " ") == wanted


def test_the_act_is_named_in_full():
    assert cite(reference("29", "section"), "fi") == "laki, 29\xa0§"
