"""Everything the service says is translated, wholly and correctly, into Finnish and Swedish."""

import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import phonenumber_field
import polib
import pytest
from django.contrib import admin, auth
from django.contrib.admin.utils import label_for_field
from django.utils.functional import Promise
from django.utils.translation import override

from accounts import wording
from registry.declarations.plan import plan
from tests.census.texts import (
    ROOT,
    Message,
    messages,
    messages_of,
    python_for_people,
    templates,
    untranslated_in_python,
    untranslated_in_template,
)

LANGUAGES = ("fi", "sv")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdif]|\{\w*\}")
MARKUP = re.compile(r"<[^>]+>")
# Names, the same in every language; and the numbers of errors.
NAMES = {"Dig1", "Dig1 GDPR Online Assessment", "– Dig1"}
# Shown when nothing works, so it says all in three languages by itself.
STANDS_ALONE = Path("templates/500.html")
PACKAGES = (allauth, admin, auth, phonenumber_field)

in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


def in_use(language: str) -> list[polib.POEntry]:
    return [entry for entry in catalogue(language) if not entry.obsolete]


def key(entry: polib.POEntry) -> Message:
    return Message(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def translations(entry: polib.POEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


@in_each_language
def test_every_message_is_translated(language: str) -> None:
    missing = [e.msgid for e in in_use(language) if not all(translations(e))]
    assert missing == [], f"Translate these in locale/{language}/LC_MESSAGES/django.po."


@in_each_language
def test_no_translation_is_a_guess(language: str) -> None:
    po = catalogue(language)
    assert not po.metadata_is_fuzzy, "Take '#, fuzzy' off the head of the file, or nothing shows."
    fuzzy = [entry.msgid for entry in in_use(language) if entry.fuzzy]
    assert fuzzy == [], "Correct these, then take '#, fuzzy' and the '#|' lines off them."


@in_each_language
def test_no_translation_is_kept_that_nothing_uses(language: str) -> None:
    old = [entry.msgid for entry in catalogue(language).obsolete_entries()]
    assert old == [], "Run `make messages`, or delete the '#~' entries."


@in_each_language
def test_translations_have_the_placeholders_of_the_message(language: str) -> None:
    """One left out loses a value, one misspelt breaks the page."""
    wrong = {}
    for entry in in_use(language):
        wanted = {frozenset(PLACEHOLDER.findall(t)) for t in (entry.msgid, entry.msgid_plural) if t}
        for text in translations(entry):
            if text and frozenset(PLACEHOLDER.findall(text)) not in wanted:
                wrong[entry.msgid] = text
    assert wrong == {}, "Write the same %(names)s in the translation as in the message."


@in_each_language
def test_translations_have_the_markup_of_the_message(language: str) -> None:
    wrong = {
        entry.msgid: text
        for entry in in_use(language)
        for text in translations(entry)
        if text and sorted(MARKUP.findall(text)) != sorted(MARKUP.findall(entry.msgid))
    }
    assert wrong == {}, "Write the same tags in the translation as in the message."


@in_each_language
def test_the_catalogue_holds_the_messages_of_the_sources(language: str) -> None:
    sources, known = messages(), {key(entry) for entry in in_use(language)}
    forgotten = {message.text: str(sources[message]) for message in sources.keys() - known}
    vanished = [message.text for message in known - sources.keys()]
    advice = "Run `make messages`, then translate what is new in locale/."
    assert (forgotten, vanished) == ({}, []), advice


def test_messages_are_found_in_templates_and_in_python() -> None:
    """Or the other tests would hold for want of messages."""
    assert Message("", "Save", "") in set(messages_of(Path("templates/company/company_edit.html")))
    panel = set(messages_of(Path("templates/mfa/recovery_codes/panel.html")))
    assert "%(unused_count)s unused codes are left." in {message.plural for message in panel}
    assert Message("", "trade name", "") in set(messages_of(Path("registry/company/models.py")))


@pytest.mark.parametrize("path", sorted({*templates()} - {STANDS_ALONE}), ids=str)
def test_a_template_shows_nothing_untranslated(path: Path) -> None:
    shown = [text for text in untranslated_in_template(path) if text not in NAMES]
    assert shown == [], f'Put this into {{% translate "..." %}} in {path}.'


@pytest.mark.parametrize("path", python_for_people(), ids=str)
def test_python_shows_nothing_untranslated(path: Path) -> None:
    shown = [text for text in untranslated_in_python(path) if text not in NAMES]
    assert shown == [], f'Put this into _("...") in {path}.'


def test_the_page_for_failures_speaks_every_language() -> None:
    page = (ROOT / STANDS_ALONE).read_text(encoding="utf-8")
    assert re.findall(r'lang="(\w+)"', page) == ["fi", "sv", "en"]


def test_an_untranslated_text_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}<p>Forgotten</p><img alt="Said">{% translate "Fine" %}'
        '{% include "a/b.html" with text="Handed on" %}<script>var quiet;</script>'
        '{% blocktranslate %}Fine, too{% endblocktranslate %}<a class="{% if a %}b{% endif %}">'
    )
    assert untranslated_in_template(page) == ["Forgotten", "Said", "Handed on"]
    code = tmp_path / "code.py"
    code.write_text(
        'raise ValidationError("Wrong")\n'
        'messages.info(request, _("Fine"))\n'
        'models.CharField("name", help_text="Why", max_length=3)\n'
        'class Kind(models.TextChoices):\n    ONE = "one", "First"\n'
    )
    assert sorted(untranslated_in_python(code)) == ["First", "Why", "Wrong", "name"]


def test_texts_worded_anew_are_still_shown_by_a_package() -> None:
    ours = {message.text for message in messages_of(Path("accounts/wording.py"))}
    assert ours
    gone = ours - {message.text for path in shown_by_packages() for message in messages_of(path)}
    assert gone == set(), f"No package shows these any more: delete them from {wording.__file__}."


def shown_by_packages() -> Iterator[Path]:
    """The sources of the packages, without templates that ours stand before."""
    for package in PACKAGES:
        for path in Path(package.__file__).parent.rglob("*"):
            _, _, template = str(path).partition("/templates/")
            if path.suffix in (".py", ".html", ".txt") and not (
                template and (ROOT / "templates" / template).exists()
            ):
                yield path


def test_names_of_columns_are_translated() -> None:
    """A field without a name of its own is called after its column, in no language."""
    same = {str(name) for name in names_of_columns() if said_in("fi", name) == said_in("en", name)}
    assert same == set(), "Give the field verbose_name=_(...), or its declaration a label."


def names_of_columns() -> Iterator[str | Promise]:
    """What the annex, the inspection pages and the staff site's lists call them."""
    for table in plan().tables:
        yield from (column.label for column in table.personal_columns)
        if table.personal_columns:
            yield table.title
    for model, page in admin.site._registry.items():
        yield from (label_for_field(name, model, page) for name in page.list_display)


def said_in(language: str, text: str | Promise) -> str:
    with override(language):
        return str(text)
