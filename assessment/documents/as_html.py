"""A draft as a full page of HTML: semantic, without scripts and styles."""

from html import escape

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


def as_html(draft: Draft) -> str:
    title = f"{draft.title} ({draft.mark})"
    body = "\n".join(block(one) for one in draft.blocks)
    return (
        f'<!doctype html>\n<html lang="{escape(draft.language)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(draft.title)}</h1>\n"
        f"<p><strong>{escape(draft.mark)}</strong></p>\n"
        f"<p>{escape(draft.company)}</p>\n"
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def block(one: Block) -> str:
    match one:
        case Heading(text, level):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Bullets(items):
            return "<ul>\n" + "".join(f"<li>{escape(item)}</li>\n" for item in items) + "</ul>"
        case PageBreak():
            return "<hr>"
        case Table():
            return table(one)


def table(one: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in one.head)
    rows = "".join(f"<tr>{row(cells)}</tr>\n" for cells in one.rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"


def row(cells: tuple[Cell, ...]) -> str:
    name, *others = ("<br>".join(map(escape, cell)) for cell in cells)
    return f'<th scope="row">{name}</th>' + "".join(f"<td>{other}</td>" for other in others)
