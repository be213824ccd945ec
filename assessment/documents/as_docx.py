"""A draft as a Word document: real heading styles, header rows that repeat, a language."""

from datetime import datetime
from io import BytesIO

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from assessment.documents.model import (
    Block,
    Bullets,
    Cell,
    Draft,
    Heading,
    PageBreak,
    Paragraph,
    Table,
)

REGIONS = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
FIRST, WHOLE = 45, 170  # millimetres: a table's first column, and all of them


def as_docx(draft: Draft) -> bytes:
    document = docx.Document()
    prepare(document, draft)
    document.add_heading(draft.title, level=1)
    document.add_paragraph().add_run(draft.mark).bold = True
    document.add_paragraph(draft.company)
    for one in draft.blocks:
        write(document, one)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def prepare(document: Document, draft: Draft) -> None:
    """The page, the language and what the file says of itself."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.header.paragraphs[0].text = f"{draft.mark} · {draft.title}"
    number_pages(section.footer.paragraphs[0], draft.page)
    language = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    language.set(qn("w:val"), REGIONS[draft.language])
    about = document.core_properties
    about.title, about.language = draft.title, REGIONS[draft.language]
    about.author = about.last_modified_by = about.comments = ""
    if draft.drawn_on:
        about.created = about.modified = datetime(*draft.drawn_on.timetuple()[:3])


def number_pages(foot: WordParagraph, page: str) -> None:
    before, rest = page.split("{page}")
    between, after = rest.split("{pages}")
    foot.add_run(before)
    add_field(foot, "PAGE")
    foot.add_run(between)
    add_field(foot, "NUMPAGES")
    foot.add_run(after)


def add_field(paragraph: WordParagraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    shown = OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)


def write(document: Document, one: Block) -> None:
    match one:
        case Heading(text, level):
            document.add_heading(text, level=level)
        case Paragraph(text):
            document.add_paragraph(text)
        case Bullets(items):
            for item in items:
                document.add_paragraph(item, style="List Bullet")
        case PageBreak():
            document.add_page_break()
        case Table(head, rows):
            table = document.add_table(rows=1, cols=len(head), style="Table Grid")
            table.autofit = False
            repeat(table)
            fill(table, 0, [(name,) for name in head], bold=len(head))
            for cells in rows:
                table.add_row()
                fill(table, len(table.rows) - 1, cells, bold=1)
            document.add_paragraph()


def repeat(table: WordTable) -> None:
    """The first row heads the table on each page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)


def fill(table: WordTable, number: int, cells: list[Cell] | tuple[Cell, ...], bold: int) -> None:
    """``bold``: how many of the cells, from the first, are headings."""
    row = table.rows[number]
    others = (WHOLE - FIRST) / (len(cells) - 1)
    for place, (cell, lines) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = Mm(others if place else FIRST)
        for order, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if order == 0 else cell.add_paragraph()
            paragraph.add_run(line).bold = place < bold or None
            paragraph.paragraph_format.space_after = Mm(1)
