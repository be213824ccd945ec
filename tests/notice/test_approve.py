"""A new version of the notice: approved by a command, and demanded by the gate."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.utils import timezone, translation

from registry.declarations.declare import declarations, stores
from registry.declarations.plan import compile_plan
from registry.declarations.vocabulary import Basis
from registry.notice import approved, approving, checks, document
from registry.notice.approved import find, latest, versions
from registry.notice.approving import NotApproved, approve
from registry.notice.document import LANGUAGES, state
from tests.noticing import CHANGES, approve_next

MEMBERSHIP = "persons.Membership"
AS_OPTIONS = [f"--{language}={text}" for language, text in CHANGES.items()]


def run(*arguments):
    out = StringIO()
    call_command("notice", *arguments, stdout=out)
    return out.getvalue()


def changed_plan():
    declared = declarations[MEMBERSHIP]
    office = replace(declared.columns["office"], basis=Basis.CONSENT)
    changed = replace(declared, columns={**declared.columns, "office": office})
    return compile_plan((declarations | {MEMBERSHIP: changed}).values(), stores.values())


def problems():
    return {message.id for message in checks.check_notice()}


# --- the gate ----------------------------------------------------------------------------------


def test_the_notice_is_approved_as_it_is():
    assert checks.check_notice() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_approved_is_what_is_said_today(language):
    """A corrected translation changes what people read, and so does a label of a package."""
    said = document.document(language).encode()
    assert said == latest().content(language), "Approve it: python manage.py notice --approve"


def test_a_changed_declaration_turns_the_gate_red(monkeypatch):
    monkeypatch.setattr(document, "plan", changed_plan)
    (message,) = checks.check_notice()
    assert message.id == "notice.E001"
    assert "declarations" in message.msg and "annex" in message.msg
    assert "notice --approve" in message.hint


def test_a_changed_word_of_the_annex_turns_the_gate_red(monkeypatch):
    """Two years to three: the declarations are the same, but not what they say."""
    monkeypatch.setattr(Basis.CONTRACT, "label", "a promise")
    assert checks.differences() == ["annex"]


@pytest.mark.parametrize("name", ["notice.fi", "notice.sv", "notice.en", "rights.fi", "rights.sv"])
def test_a_changed_text_turns_the_gate_red(monkeypatch, tmp_path, name):
    original = document.source

    def changed(text, language):
        return original(text, language) + ("\n" if f"{text}.{language}" == name else "")

    monkeypatch.setattr(document, "source", changed)
    assert checks.differences() == [name]
    assert problems() == {"notice.E001"}


@pytest.mark.parametrize("tags", [{}, {"tags": ["privacy"]}])
def test_the_commands_that_check_and_prepare_stop(monkeypatch, tags):
    monkeypatch.setattr(document, "plan", changed_plan)
    with pytest.raises(SystemCheckError, match=r"notice\.E001"):
        call_command("check", **tags)


def test_an_altered_version_is_found(kept):
    with (kept / latest().name / "sv.html").open("a") as file:
        file.write("<p>Smuggled in</p>")
    assert problems() == {"notice.E002"}
    (kept / latest().name / "sv.html").unlink()
    assert problems() == {"notice.E002"}


def test_without_a_version_nothing_is_approved(kept):
    (kept / "index.json").unlink()
    approved.versions.cache_clear()
    assert problems() == {"notice.E001"}


@pytest.mark.parametrize("language", [None, *LANGUAGES])
def test_the_state_does_not_depend_on_the_language(language):
    with translation.override(language):
        assert state() == latest().state


def test_the_state_does_not_depend_on_the_order_of_declarations(monkeypatch):
    backwards = compile_plan([*declarations.values()][::-1], [*stores.values()][::-1])
    monkeypatch.setattr(document, "plan", lambda: backwards)
    assert state() == latest().state


# --- approval ----------------------------------------------------------------------------------


def test_an_approval_keeps_what_is_published_and_says_what_changed(kept):
    day = latest().date + timedelta(days=1)
    version = approve(on=day, changes=CHANGES)
    assert latest() == version == find(day.isoformat())
    assert version.date == day
    assert version.state == state()
    for language in LANGUAGES:
        content = (kept / day.isoformat() / f"{language}.html").read_bytes()
        assert content == document.document(language).encode()
        assert version.documents[language] == sha256(content).hexdigest()
        with translation.override(language):
            assert version.change == CHANGES[language]
    assert len(json.loads((kept / "index.json").read_text(encoding="utf-8"))) == len(versions())


def test_earlier_versions_stay_as_they_were(kept):
    before = {path: path.read_bytes() for path in kept.glob("*/*.html")}
    first = versions()
    approve_next()
    assert all(path.read_bytes() == content for path, content in before.items())
    assert versions()[:-1] == first
    assert checks.check_notice() == []


def test_a_second_approval_of_the_day_replaces_the_first(kept):
    version = approve_next()
    again = approve(on=version.date, changes={**CHANGES, "sv": "Nytt.", "en": ""})
    assert [one.name for one in versions()].count(version.name) == 1
    assert again.changes == {**CHANGES, "sv": "Nytt."}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_changed_is_said_in_each_language(kept, language):
    with pytest.raises(NotApproved, match=language):
        approve(on=latest().date + timedelta(days=1), changes={**CHANGES, language: ""})
    assert not [path for path in kept.iterdir() if path.is_dir() and not find(path.name)]


def test_a_version_follows_those_before(kept):
    approve_next()
    with pytest.raises(NotApproved, match="later"):
        approve(on=versions()[0].date - timedelta(days=1), changes=CHANGES)


def test_no_version_is_kept_in_the_words_of_the_source(kept, monkeypatch):
    monkeypatch.setattr(approving, "gettext", str)
    with pytest.raises(NotApproved, match="not compiled"):
        approve(on=latest().date + timedelta(days=1), changes=CHANGES)


# --- the command -------------------------------------------------------------------------------


def test_it_prints_the_version_and_its_hashes():
    said = run()
    assert latest().name in said
    for digest in (*latest().documents.values(), *state().values()):
        assert digest in said
    assert "Approved as it is now." in said


def test_it_says_what_is_not_approved(monkeypatch):
    monkeypatch.setattr(document, "plan", changed_plan)
    assert "Not approved as it is now: annex, declarations." in run()


def test_it_approves_with_the_date_of_the_day(kept, monkeypatch, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=400))
    said = run("--approve", *AS_OPTIONS)
    assert latest().date == timezone.localdate()
    assert latest().changes == CHANGES
    assert f"Approved: registry/notice/versions/{latest().name}" in said


def test_it_approves_nothing_without_words(kept, time_machine, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO())
    time_machine.move_to(timezone.now() + timedelta(days=400))
    with pytest.raises(CommandError, match="fi, en missing"):
        run("--approve", "--sv=Nytt.")


def test_at_a_terminal_it_asks_for_the_words(kept, time_machine, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked = []

    def answer(question):
        asked.append(question)
        return "vastaus"

    monkeypatch.setattr("builtins.input", answer)
    time_machine.move_to(timezone.now() + timedelta(days=400))
    run("--approve", "--sv=Nytt.")
    assert len(asked) == 2
    assert latest().changes == {"fi": "vastaus", "sv": "Nytt.", "en": "vastaus"}


def test_again_on_the_same_day_it_needs_no_words(kept, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=400))
    run("--approve", *AS_OPTIONS)
    run("--approve")
    assert latest().changes == CHANGES
