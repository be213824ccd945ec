"""A document, whatever it is written as. Texts are plain: no markup of any format."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

Cell = tuple[str, ...]  # its paragraphs


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The first cell of a row names the row."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a page, where there are pages."""


Block = Heading | Paragraph | Bullets | Table | PageBreak


@dataclass(frozen=True)
class Draft:
    """``page``: what stands at the foot, with {page} and {pages}."""

    language: str
    title: str
    company: str
    mark: str
    page: str
    blocks: tuple[Block, ...]
    drawn_on: date | None = None


def spelt(draft: Draft, letters: Callable[[str], str]) -> Draft:
    """The draft with every text passed through."""
    return replace(
        draft,
        title=letters(draft.title),
        company=letters(draft.company),
        blocks=tuple(spelt_block(one, letters) for one in draft.blocks),
    )


def spelt_block(block: Block, letters: Callable[[str], str]) -> Block:
    match block:
        case Heading(text, level):
            return Heading(letters(text), level)
        case Paragraph(text):
            return Paragraph(letters(text))
        case Bullets(items):
            return Bullets(tuple(map(letters, items)))
        case PageBreak():
            return block
        case Table(head, rows):
            cells = tuple(tuple(tuple(map(letters, cell)) for cell in row) for row in rows)
            return Table(tuple(map(letters, head)), cells)
