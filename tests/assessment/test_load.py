"""The loader: it reads what is right, and names file and line of everything that is wrong."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.questionnaire.load import ContentFaults, load
from assessment.questionnaire.model import Obligation
from tests.assessment.making import files, question, section, words, write


@pytest.fixture
def content():
    return files(
        section("first", 1, [question("first.one", "1.1", stopper=True, depth="quick")]),
        section(
            "second",
            2,
            [question("second.one", "2.1", text=words("In {answer_months} month?"))],
            show_if={"flag": "has_site"},
        ),
    )


def faults(folder, content):
    with pytest.raises(ContentFaults) as caught:
        load(write(folder, content))
    return [str(fault) for fault in caught.value.faults]


def test_it_reads_sections_questions_and_their_order(tmp_path, content):
    found = load(write(tmp_path / "2026.1", content))
    assert found.version == "2026.1"
    assert list(found.questions) == ["first.one", "second.one"]
    one = found.questions["first.one"]
    assert (one.obligation, one.stopper, one.levels["fi"][4]) == (
        Obligation.MUST,
        True,
        "assured fi",
    )
    assert str(one.refs[0]) == "gdpr:12:3"
    assert [question.key for question in found.quick] == ["first.one"]


def test_numbers_of_law_are_filled_in(tmp_path, content):
    found = load(write(tmp_path, content))
    assert found.questions["second.one"].text["en"] == "In 1 month? en"


def test_the_hash_is_of_what_is_said_and_not_of_how_it_is_written(tmp_path, content):
    one = load(write(tmp_path / "a" / "1", content))
    for path in (tmp_path / "a" / "1").iterdir():
        path.write_text(f"# a comment\n{path.read_text()}")
    assert load(tmp_path / "a" / "1").sha256 == one.sha256
    content["02_second.yaml"]["questions"][0]["text"]["sv"] = "Annat?"
    assert load(write(tmp_path / "b" / "1", content)).sha256 != one.sha256


BROKEN = {
    "a missing translation": (lambda q: q["text"].pop("sv"), "'sv' is missing"),
    "an empty text": (lambda q: q["why"].update(fi="  "), "an empty text, or none"),
    "four levels": (lambda q: q["levels"]["fi"].pop(), "4 texts, not 5"),
    "lists of different length": (
        lambda q: q["evidence_examples"]["en"].append("more"),
        "different length",
    ),
    "an unknown law": (lambda q: q.update(refs=["gdpr:12:9"]), "unknown law reference 'gdpr:12:9'"),
    "no law": (lambda q: q.update(refs=[]), "an obligation refers to no law"),
    "no action": (lambda q: q.pop("action"), "action is missing"),
    "a key of another section": (lambda q: q.update(key="other.one"), "does not begin with"),
    "an unknown field": (lambda q: q.update(color="red"), "'color' is not known here"),
    "a weight of nine": (lambda q: q.update(weight=9), "not a whole number from 1 to 5"),
    "a weight that is true": (lambda q: q.update(weight=True), "not a whole number"),
    "an unknown role": (lambda q: q.update(role="janitor"), "'janitor' is none of"),
    "an unknown number of law": (
        lambda q: q["text"].update(fi="{breach_days} päivää"),
        "no number is called 'breach_days'",
    ),
    "an unknown flag": (lambda q: q.update(show_if={"flag": "has_dog"}), "sets the flag 'has_dog'"),
    "a later question": (
        lambda q: q.update(show_if={"question": "second.two", "at_least": 1}),
        "'second.two' is no question before this one",
    ),
    "itself": (
        lambda q: q.update(show_if={"all": [{"question": "second.one", "at_least": 1}]}),
        "'second.one' is no question before this one",
    ),
    "no condition": (lambda q: q.update(show_if={"flag": "has_site", "x": 1}), "is no condition"),
    "an empty condition": (lambda q: q.update(show_if={"any": []}), "is no condition"),
    "stopper perhaps": (lambda q: q.update(stopper="perhaps"), "neither true nor false"),
    "hours from much to little": (
        lambda q: q["effort"].update(hours=[5, 1]),
        "hours are two numbers",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_it_refuses(tmp_path, content, what):
    spoil, said = BROKEN[what]
    before = load(write(tmp_path, content))
    assert before
    spoil(content["02_second.yaml"]["questions"][0])
    found = faults(tmp_path, content)
    assert all(fault.startswith("02_second.yaml:") for fault in found)
    assert any(said in fault for fault in found)


def test_it_names_the_line(tmp_path, content):
    write(tmp_path, content)
    path = tmp_path / "01_first.yaml"
    lines = path.read_text().splitlines()
    at = next(number for number, line in enumerate(lines, 1) if "weight: 3" in line)
    path.write_text("\n".join(lines).replace("weight: 3", "weight: 30"))
    with pytest.raises(ContentFaults) as caught:
        load(tmp_path)
    assert f"01_first.yaml:{at}: not a whole number" in str(caught.value)


def test_it_names_all_faults_at_once(tmp_path, content):
    for name in ("01_first.yaml", "02_second.yaml"):
        content[name]["questions"][0]["weight"] = 0
    assert len(faults(tmp_path, content)) == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("laws.yaml", "can't be read"),
        ("profile.yaml", "can't be read"),
    ],
)
def test_a_missing_file_is_a_fault(tmp_path, content, name, said):
    del content[name]
    assert any(name in fault and said in fault for fault in faults(tmp_path, content))


def test_a_key_that_stands_twice_is_a_fault(tmp_path, content):
    content["01_first.yaml"] = "section: first\nsection: other\n"
    assert "01_first.yaml:2: 'section' stands there twice" in faults(tmp_path, content)


def test_a_date_where_a_text_should_be_is_a_fault(tmp_path, content):
    """Without quotes YAML reads it as a date."""
    write(tmp_path, content)
    path = tmp_path / "01_first.yaml"
    path.write_text(path.read_text().replace("fi: Because. fi", "fi: 2026-11-24"))
    with pytest.raises(ContentFaults, match=r"01_first.yaml:\d+: an empty text, or none"):
        load(tmp_path)


def test_two_questions_of_one_key_are_a_fault(tmp_path, content):
    content["01_first.yaml"]["questions"].append(question("first.one", "1.2"))
    assert any("'first.one' is there already" in fault for fault in faults(tmp_path, content))


def places(node, path=()):
    """Every place in a nested value."""
    yield path
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(value, (*path, key))


def put(node, path, value):
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value


GOOD = files(section("first", 1, [question("first.one", "1.1")]))
RUBBISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from([p for p in places(GOOD) if p]), rubbish=RUBBISH)
def test_whatever_stands_in_a_file_is_read_or_told(tmp_path_factory, place, rubbish):
    """No file makes it fail in any other way."""
    content = copy.deepcopy(GOOD)
    put(content, place, rubbish)
    folder = write(tmp_path_factory.mktemp("content"), content)
    try:
        load(folder)
    except ContentFaults as error:
        assert error.faults
        assert all(fault.line >= 1 for fault in error.faults)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
def test_a_file_that_is_no_yaml_is_told(tmp_path_factory, text):
    folder = write(tmp_path_factory.mktemp("content"), GOOD | {"01_first.yaml": text})
    with pytest.raises(ContentFaults):
        load(folder)
