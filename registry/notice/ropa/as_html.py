"""One page that needs nothing else: to be read, printed or sent."""

from django.template.loader import render_to_string

from registry.notice.ropa.record import Record
from registry.notice.ropa.table import head, rows, titles


def as_html(record: Record) -> bytes:
    context = {
        "language": record.language,
        "head": [(title, text.splitlines()) for title, text in head(record)],
        "titles": titles(),
        "rows": list(rows(record)),
    }
    return render_to_string("notice/ropa.html", context).encode()
