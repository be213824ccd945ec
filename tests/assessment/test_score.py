"""Scores: the example of docs/scoring.md, and what must hold for all answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.profile import flags_of
from assessment.questionnaire.load import load
from assessment.scoring import ALL, Answer, State, Verdict, When, assess, visible
from tests.assessment.making import files, question, section, write

LEVELS = st.integers(0, 4)
ANSWERS = st.one_of(
    st.builds(Answer, st.just(State.ANSWERED), LEVELS, st.booleans()),
    st.sampled_from([Answer(State.UNKNOWN), Answer(State.LATER), Answer(State.INAPPLICABLE)]),
)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    def sized(size):
        return {"size": size, "hours": [1, 2]}

    return load(
        write(
            tmp_path_factory.mktemp("example"),
            files(
                section(
                    "all",
                    1,
                    [
                        question("all.a", "1.1", weight=5, effort=sized("M"), stopper=True),
                        question("all.b", "1.2", weight=4),
                        question("all.c", "1.3", weight=3, obligation="should"),
                        question("all.d", "1.4", weight=2, effort=sized("L")),
                        question("all.e", "1.5", weight=3),
                    ],
                )
            ),
        )
    )


def small(folder):
    """Two sections; of the second one question depends on the profile, one on an answer."""
    return load(
        write(
            folder,
            files(
                section(
                    "first",
                    1,
                    [
                        question("first.one", "1.1", stopper=True, weight=5),
                        question("first.two", "1.2", obligation="good", target=4),
                    ],
                ),
                section(
                    "second",
                    2,
                    [
                        question("second.site", "2.1", show_if={"flag": "has_site"}),
                        question(
                            "second.deeper",
                            "2.2",
                            weight=1,
                            show_if={"question": "first.two", "at_least": 2},
                        ),
                        question("second.plain", "2.3", obligation="should"),
                    ],
                ),
            ),
        )
    )


@pytest.fixture(scope="module")
def questionnaire(tmp_path_factory):
    return small(tmp_path_factory.mktemp("small"))


def answered(level, *, evidenced=False):
    return Answer(State.ANSWERED, level, evidenced)


def test_the_example_of_the_docs(example):
    result = assess(
        example,
        {},
        {
            "all.a": answered(1),
            "all.b": answered(3, evidenced=True),
            "all.c": answered(4),
            "all.d": Answer(State.UNKNOWN),
            "all.e": Answer(State.INAPPLICABLE),
        },
    )
    whole = result.whole
    assert (whole.obligations, whole.reached, whole.maturity) == (5151, 6190, 20)
    assert (whole.evidenced, whole.progress, whole.is_provisional) == (2857, ALL, False)
    assert result.verdict is Verdict.RED
    assert [(gap.question.key, gap.level, gap.priority, gap.when) for gap in result.gaps] == [
        ("all.a", 1, 1500, When.FIRST),
        ("all.d", None, 450, When.LATER),
    ]
    assert [gap.question.key for gap in result.stoppers] == ["all.a"]
    assert [one.key for one in result.to_find_out] == ["all.d"]
    assert result.sections == {"all": whole}


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [(3, 3, Verdict.GREEN), (2, 3, Verdict.AMBER), (2, 1, Verdict.RED), (1, 4, Verdict.RED)],
)
def test_the_verdict_goes_by_obligations_and_stoppers(example, a, b, verdict):
    assert assess(example, {}, {"all.a": answered(a), "all.b": answered(b)}).verdict is verdict


def test_without_an_answer_there_is_no_score(example):
    result = assess(example, {}, {"all.a": Answer(State.LATER)})
    assert (result.whole.obligations, result.whole.maturity, result.verdict) == (None, None, None)
    assert (result.whole.progress, result.whole.is_provisional) == (0, True)


def test_a_stopper_that_nobody_knows_stops(example):
    assert assess(example, {}, {"all.a": Answer(State.UNKNOWN)}).verdict is Verdict.RED


def test_what_is_not_known_of_the_company_is_asked(questionnaire):
    for flag, asked in ((True, True), (None, True), (False, False)):
        shown = [one.key for one in visible(questionnaire, {"has_site": flag}, {})]
        assert ("second.site" in shown) is asked


def test_a_hidden_answer_counts_nowhere_and_is_there_when_shown_again(questionnaire):
    answers = {"first.one": answered(3), "second.site": answered(0)}
    hidden = assess(questionnaire, {"has_site": False}, answers)
    assert hidden.whole.obligations == ALL
    assert assess(questionnaire, {"has_site": True}, answers).whole.obligations < ALL


def test_a_hidden_question_is_no_condition_of_others(tmp_path):
    chained = load(
        write(
            tmp_path,
            files(
                section(
                    "one",
                    1,
                    [
                        question("one.a", "1.1", show_if={"flag": "has_site"}),
                        question("one.b", "1.2", show_if={"question": "one.a", "at_least": 3}),
                    ],
                )
            ),
        )
    )
    answers = {"one.a": answered(0)}
    assert len(visible(chained, {"has_site": True}, answers)) == 1
    assert [one.key for one in visible(chained, {"has_site": False}, answers)] == ["one.b"]


def given_answers(test):
    keys = ("first.one", "first.two", "second.site", "second.deeper", "second.plain")
    some = st.dictionaries(st.sampled_from(keys), ANSWERS)
    flag = st.sampled_from([True, False, None])
    return settings(max_examples=200, deadline=None)(given(answers=some, flag=flag)(test))


@given_answers
def test_shares_and_progress_stay_in_their_bounds(questionnaire, answers, flag):
    result = assess(questionnaire, {"has_site": flag}, answers)
    for score in (result.whole, *result.sections.values()):
        for share in (score.obligations, score.reached, score.evidenced, score.progress):
            assert share is None or 0 <= share <= ALL
        assert score.maturity is None or 0 <= score.maturity <= 40


@given_answers
def test_more_done_never_lowers_a_score(questionnaire, answers, flag):
    """With the same questions shown: a higher level may uncover others."""
    flags = {"has_site": flag}
    before = assess(questionnaire, flags, answers)
    for key, answer in answers.items():
        if answer.state is State.ANSWERED and answer.level < 4:
            more = answers | {key: Answer(State.ANSWERED, answer.level + 1, answer.evidenced)}
            if visible(questionnaire, flags, more) == visible(questionnaire, flags, answers):
                after = assess(questionnaire, flags, more)
                for name in ("obligations", "reached", "maturity"):
                    old, new = getattr(before.whole, name), getattr(after.whole, name)
                    assert old is new is None or new >= old
                assert after.whole.progress == before.whole.progress


@given_answers
def test_what_does_not_concern_the_company_changes_no_score(questionnaire, answers, flag):
    flags = {"has_site": flag}
    without = {key: one for key, one in answers.items() if key != "second.plain"}
    one, other = (
        assess(questionnaire, flags, without | more).whole
        for more in ({}, {"second.plain": Answer(State.INAPPLICABLE)})
    )
    for name in ("obligations", "reached", "maturity", "evidenced"):
        assert getattr(one, name) == getattr(other, name)


@given_answers
def test_the_order_of_answers_does_not_matter(questionnaire, answers, flag):
    flags = {"has_site": flag}
    backwards = dict(reversed(answers.items()))
    assert assess(questionnaire, flags, answers) == assess(questionnaire, flags, backwards)


@given_answers
def test_hiding_a_question_changes_no_other_section(questionnaire, answers, flag):
    shown, hidden = (assess(questionnaire, {"has_site": one}, answers) for one in (True, False))
    assert shown.sections["first"] == hidden.sections["first"]


@pytest.mark.parametrize(
    ("chosen", "flag"), [(["yes"], True), (["no"], False), (["unknown"], None), ([], None)]
)
def test_flags_of_a_profile(questionnaire, chosen, flag):
    assert flags_of(questionnaire, {"profile.site": frozenset(chosen)}) == {"has_site": flag}
