"""Assessments as files: they come back as they were, and every fault is told with its place."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.labels import STATUSES
from assessment.portable import (
    Portable,
    PortableAnswer,
    PortableFaults,
    PortableMeasure,
    dump,
    parse,
)
from assessment.questionnaire.load import load
from assessment.scoring import State
from tests.assessment.making import files, profile, question, section, write


def small():
    content = files(
        section("first", 1, [question("first.one", "1.1", can_be_inapplicable=False)]),
        section(
            "second",
            2,
            [
                question("second.one", "2.1"),
                question("second.two", "2.2", can_be_inapplicable=False, show_if={"flag": "shop"}),
            ],
        ),
    )
    shop = profile()["questions"][0] | {"key": "profile.shop", "number": "P2", "kind": "many"}
    shop["choices"] = [shop["choices"][0] | {"sets": ["shop"]}, *shop["choices"][1:]]
    content["profile.yaml"]["questions"].append(shop)
    with TemporaryDirectory() as folder:
        from_files = load(write(Path(folder) / "2026.1", content))
    return {"2026.1": from_files}


VERSIONS = small()
KEYS = ["first.one", "second.one", "second.two"]
GOOD = Portable(
    "Tietosuoja 2026",
    "2026.1",
    date(2026, 12, 31),
    {"profile.site": ("yes",), "profile.shop": ("yes", "no")},
    {
        "second.one": PortableAnswer(State.INAPPLICABLE, None, "Ei verkkokauppaa", ""),
        "first.one": PortableAnswer(State.ANSWERED, 0, "", "Yksi\nkaksi"),
    },
    (PortableMeasure("first.one", "open", None, 3, 0, "Öisin"),),
)


def test_it_is_for_people_to_read_and_comes_back():
    text = dump(GOOD)
    assert text.startswith('{\n  "format": "dig1-assessment",\n  "format_version": 1,')
    assert "Öisin" in text and text.index('"second.one"') < text.index('"first.one"')
    assert parse(text, VERSIONS) == parse(b"\xef\xbb\xbf" + text.encode(), VERSIONS) == GOOD


# --- what is wrong -------------------------------------------------------------------------------


def caught_in(text):
    with pytest.raises(PortableFaults) as caught, translation.override("en"):
        parse(text, VERSIONS)
    return caught.value.faults


def faults(text):
    return [(one.place, one.message) for one in caught_in(text)]


def spoilt(*path, value):
    """The good file with another value; ``...`` takes it out."""
    whole = json.loads(dump(GOOD))
    at = whole
    for step in path[:-1]:
        at = at[step]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(whole)


FIRST, SECOND, MEASURE = ("answers", "first.one"), ("answers", "second.one"), ("measures", 0)
WRONG = [
    (("format",), "other", "format", "Only"),
    (("format_version",), True, "format_version", "Only"),
    (("format_version",), 2, "format_version", "Only"),
    (("version",), "1999.1", "version", "not known"),
    (("version",), 5, "version", "a text"),
    (("name",), ..., "name", "missing"),
    (("name",), "  ", "name", "a name"),
    (("name",), "a\nb", "name", "one line"),
    (("name",), "x" * 121, "name", "too long"),
    (("color",), {"a": 1}, "color", "not known here"),
    (("due_on",), "2026-02-30", "due_on", "a date"),
    (("due_on",), "20260228", "due_on", "a date"),
    (("due_on",), 7, "due_on", "a date"),
    (("profile",), [], "profile", "{ }"),
    (("profile", "profile.dog"), [], "profile.profile.dog", "no such question"),
    (("profile", "profile.site"), "yes", "profile.profile.site", "[ ]"),
    (("profile", "profile.site"), ["yes", "no"], "profile.profile.site", "Only one"),
    (("profile", "profile.shop"), ["no", "no"], "profile.profile.shop", "twice"),
    (("profile", "profile.shop"), ["cat"], "profile.profile.shop.1", "not known"),
    (("profile", "profile.shop"), [{}], "profile.profile.shop.1", "a text"),
    ((*FIRST, "state"), "perhaps", "answers.first.one.state", "not known"),
    ((*FIRST, "state"), [], "answers.first.one.state", "a text"),
    ((*FIRST, "level"), 5, "answers.first.one.level", "whole number"),
    ((*FIRST, "level"), True, "answers.first.one.level", "whole number"),
    ((*FIRST, "level"), 1.5, "answers.first.one.level", "whole number"),
    ((*FIRST, "level"), 10**30, "answers.first.one.level", "whole number"),
    ((*FIRST, "level"), float("nan"), "answers.first.one.level", "whole number"),
    ((*FIRST, "level"), None, "answers.first.one.level", "needs a level"),
    ((*FIRST, "state"), "later", "answers.first.one.level", "write null"),
    ((*FIRST, "note"), "x" * 2001, "answers.first.one.note", "too long"),
    ((*FIRST, "note"), "a\x07", "answers.first.one.note", "cannot be shown"),
    ((*FIRST, "note"), "\ud800", "answers.first.one.note", "cannot be shown"),
    ((*SECOND, "reason"), " ", "answers.second.one.reason", "Say shortly"),
    ((*SECOND, "reason"), "x" * 501, "answers.second.one.reason", "too long"),
    (("measures",), {}, "measures", "[ ]"),
    ((*MEASURE, "question"), "no.such", "measures.1.question", "no such question"),
    ((*MEASURE, "status"), "lost", "measures.1.status", "not known"),
    ((*MEASURE, "hours"), -1, "measures.1.hours", "whole number"),
    ((*MEASURE, "cost"), -1, "measures.1.cost", "whole number"),
]


@pytest.mark.parametrize(("path", "value", "place", "said"), WRONG)
def test_it_refuses_one_thing_and_names_its_place(path, value, place, said):
    found = faults(spoilt(*path, value=value))
    assert len(found) == 1
    assert found[0][0] == place and said in found[0][1]


def test_what_concerns_everybody_cannot_be_inapplicable():
    told = {"state": "inapplicable", "level": None, "reason": "Ei", "note": ""}
    found = faults(spoilt(*FIRST, value=told))
    assert found == [("answers.first.one.state", "This question concerns every company.")]
    assert parse(spoilt("answers", "second.two", value=told), VERSIONS)


def test_it_tells_all_faults_in_one_go():
    found = faults('{"format": "x", "name": "", "name": "b", "answers": {"a": {"level": 1e999}}}')
    assert {place for place, _said in found} >= {
        *("format", "format_version", "name", "version", "due_on", "profile", "measures"),
        *("answers.a.state", "answers.a.level", "answers.a.reason", "answers.a.note"),
    }
    assert ("name", "This stands here twice.") in found


def test_a_question_has_one_action():
    one = json.loads(dump(GOOD))["measures"][0]
    found = faults(spoilt("measures", value=[one, one]))
    assert found == [("measures.2.question", "This question has an action already.")]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [('{\n  "a": 1,,\n}', 2, 10), ("", 1, 1), ('{\n "a": "ä'.encode("latin-1"), 2, 8)],
)
def test_it_names_line_and_column(text, line, column):
    (fault,) = caught_in(text)
    assert (fault.line, fault.column) == (line, column)
    assert fault.place == f"line {line}, column {column}"


TOO_MUCH = ["[" * 100_000, '{"a":' * 100_000, " " * (1024 * 1024 + 1), "1" * 5000]


@pytest.mark.parametrize("text", [*TOO_MUCH, "[]", "null", "NaN", '"text"'])
def test_it_refuses_the_whole(text):
    assert len(faults(text)) == 1


# --- for all files -------------------------------------------------------------------------------


def text(most):
    printable = st.characters(exclude_categories=["C", "Z"]).filter(str.isprintable)
    return st.text(printable | st.sampled_from(" \n"), max_size=most)


REASON = text(20).map(lambda said: f"x{said}")
LEVELLED = st.builds(PortableAnswer, st.just(State.ANSWERED), st.integers(0, 4), text(20), text(30))
OPEN = st.builds(
    PortableAnswer,
    st.sampled_from([State.UNKNOWN, State.LATER]),
    *(st.none(), text(20), text(30)),
)
NONE = st.builds(PortableAnswer, st.just(State.INAPPLICABLE), st.none(), REASON, text(30))
ANSWERS = {"first.one": LEVELLED | OPEN, "second.one": LEVELLED | OPEN | NONE}
ANSWERS["second.two"] = ANSWERS["second.one"]
DAY = st.none() | st.dates()
MEASURES = st.builds(
    PortableMeasure,
    st.sampled_from(KEYS),
    st.sampled_from(sorted(STATUSES)),
    DAY,
    st.none() | st.integers(0, 10_000),
    st.none() | st.integers(0, 10_000_000),
    text(30),
)
CHOICES = st.sampled_from(["yes", "no", "unknown"])
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "profile.site": st.lists(CHOICES, max_size=1).map(tuple),
        "profile.shop": st.lists(CHOICES, unique=True).map(tuple),
    },
)
PORTABLES = st.builds(
    Portable,
    text(30).map(lambda said: f"n{said}".replace("\n", " ")),
    st.just("2026.1"),
    DAY,
    PROFILES,
    st.fixed_dictionaries({}, optional=ANSWERS),
    st.lists(MEASURES, unique_by=lambda one: one.question).map(tuple),
)


@settings(max_examples=100, deadline=None)
@given(PORTABLES)
def test_it_comes_back_as_it_was(portable):
    back = parse(dump(portable), VERSIONS)
    assert back == portable
    assert list(back.answers) == list(portable.answers)
    assert dump(back) == dump(portable)


@pytest.mark.parametrize("deep", [100, 300, 700, 900, 950, 1000])
def test_nesting_breaks_nothing(deep):
    nested = "[" * deep + "]" * deep
    for place in ('"a": %s', '"name": %s', '"profile": {"profile.site": %s}', '"version": %s'):
        quietly("{" + place % nested + "}")


def quietly(text):
    """Anything but PortableFaults would fail the test."""
    try:
        parse(text, VERSIONS)
    except PortableFaults as error:
        assert error.faults and str(error).encode()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_file_with_other_bytes_is_refused_at_most(data):
    raw = dump(GOOD).encode()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 20)))
    quietly(raw[:start] + data.draw(st.binary(max_size=8)) + raw[end:])


PATHS = [
    *((one,) for one in json.loads(dump(GOOD))),
    *(("answers", "first.one", one) for one in ("state", "level", "reason", "note")),
    *(("measures", 0, one) for one in ("question", "status", "due_on", "hours", "cost", "note")),
    *(FIRST, MEASURE, ("profile", "profile.site"), ("profile", "\ud800")),
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), ANYTHING)
def test_a_file_with_other_values_is_refused_at_most(path, value):
    quietly(spoilt(*path, value=value))
