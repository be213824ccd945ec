"""index.html: the export for people, one page that needs nothing else and can be printed."""

from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from registry.declarations.vocabulary import Section
from registry.rights.export.contents import Contents, Kind
from registry.rights.export.reading import renew
from registry.rights.inspection import Chapter, Page, chapters, inspect_person

MOST = 500  # rows of one table of a company on the page
HERE = mark_safe("<!-- chapters -->")


def overview(contents: Contents, **about: Any) -> Iterator[bytes]:
    """The page by sections of the notice, a table at a time; of long tables the newest rows.

    ``about``: whose data it is, as of when, in which language.
    """
    frame = render_to_string("rights/export_index.html", about | {"chapters": HERE})
    before, _here, after = frame.partition(HERE)
    yield before.encode()
    heading = ""
    for chapter in TOLD[contents.kind](contents):
        context = vars(chapter) | {
            "heading": chapter.heading if chapter.heading != heading else "",
            "kind": contents.kind.value,
        }
        yield render_to_string("rights/export_index_chapter.html", context).encode()
        heading = chapter.heading
    yield after.encode()


def of_person(contents: Contents) -> Iterator[Chapter]:
    """What the person sees on the inspection page, which is as much as anybody has."""
    renew(contents.context)
    yield from inspect_person(person=contents.context.person)


def of_company(contents: Contents) -> Iterator[Chapter]:
    """What the admin sees of the company, and its members' accounts; longer lists than there."""
    page = Page(
        linked=_("a person of the company"),
        most=MOST,
        with_people=True,
        staff=_("Dig1's customer service"),
    )
    for section in Section:
        for table, columns, rows in contents.parts:
            if shown := tuple(c for c in columns if c.personal.category.section is section):
                renew(contents.context)
                yield from chapters([(table, shown, rows)], page)


def of_address(contents: Contents) -> Iterator[Chapter]:
    """What the address's owner sees of this company's."""
    renew(contents.context)
    yield from chapters(contents.parts, Page(linked=_("you")))


TOLD = {Kind.PERSON: of_person, Kind.COMPANY: of_company, Kind.ADDRESS: of_address}
