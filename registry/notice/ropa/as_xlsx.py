"""A workbook: what holds of all on one sheet, the activities on another."""

from io import BytesIO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from registry.notice.ropa.record import Record
from registry.notice.ropa.table import head, rows, titles

# In characters, in the order of table.columns.
WIDTHS = (28, 30, 44, 30, 44, 26, 24, 40, 40, 44)


def as_xlsx(record: Record) -> bytes:
    file = BytesIO()
    texts_only = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(file, texts_only) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("Activities"))
        sheet.write_row(0, 0, titles(), bold)
        number = 0
        for number, row in enumerate(rows(record), start=1):
            sheet.write_row(number, 0, row, wrapped)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, number, len(WIDTHS) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        common = book.add_worksheet(_("Controller"))
        common.set_column(0, 0, 32)
        common.set_column(1, 1, 110)
        for number, (title, text) in enumerate(head(record)):
            common.write(number, 0, title, bold)
            common.write(number, 1, text, wrapped)
    return file.getvalue()
