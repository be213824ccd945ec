"""A draft as a tagged PDF (PDF/UA-1), set by ``document.typ`` with the fonts that typst brings."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from assessment.documents.model import (
    Block,
    Bullets,
    Draft,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    spelt,
)

TEMPLATE = Path(__file__).with_name("document.typ")
# What the font has: European letters and their punctuation.
MISSING = re.compile(
    "[^ -~\u00a0-\u024f\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"
    "\u0400-\u045f\u1e00-\u1e9e\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033"
    "\u2039\u203a\u20ac\u2122\u2190-\u2193\u2212]+"
)
INSTEAD = "?"


def as_pdf(draft: Draft) -> bytes:
    """Letters that the font does not have show as question marks."""
    day = draft.drawn_on or datetime.now(tz=UTC).date()
    return typst.compile(
        TEMPLATE,
        sys_inputs={"said": json.dumps(said(draft))},
        pdf_standards=["ua-1"],
        timestamp=int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()),
        font_paths=fonts(),
        ignore_system_fonts=True,
    )


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def said(draft: Draft) -> dict[str, Any]:
    """What the template gets."""
    draft = spelt(draft, settable)
    return {
        "language": draft.language,
        "title": draft.title,
        "company": draft.company,
        "mark": draft.mark,
        "page": draft.page,
        "blocks": [block(one) for one in draft.blocks],
    }


def settable(text: str) -> str:
    return MISSING.sub(INSTEAD, text)


def block(one: Block) -> dict[str, Any]:
    match one:
        case Heading(text, level):
            return {"kind": "heading", "level": level, "text": text}
        case Paragraph(text):
            return {"kind": "paragraph", "text": text}
        case Bullets(items):
            return {"kind": "list", "items": items}
        case PageBreak():
            return {"kind": "page break"}
        case Table(head, rows):
            return {"kind": "table", "head": head, "rows": rows}
