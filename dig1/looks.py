"""Every page of the staff site is a look at whomever its rows are about, and is noted as one.

Which rows a page shows is found in what it hands to its template, whose they are in the
declarations. So no page can forget it, as long as it answers with a TemplateResponse.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page as PageOfRows
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

from registry.company.access_log import Page, log_access_to_rows

# Handed to every page; only the index reads it, and of it only what the reader did themself.
OWN = "log_entries"


def log_looks(request: HttpRequest, response: HttpResponse) -> None:
    """Note whose data the response, not rendered yet, is about to show; a HEAD shows nothing."""
    if (
        request.method != "HEAD"
        and response.status_code == 200
        and isinstance(response, SimpleTemplateResponse)
    ):
        shown = response.context_data or {}
        is_list = any(isinstance(value, ChangeList) for value in shown.values())
        page = Page.STAFF_LIST if is_list else Page.STAFF_PAGE
        log_access_to_rows(page=page, rows=by_table(rows_in(shown)))


def rows_in(shown: Mapping[str, Any]) -> Iterator[Model]:
    """The rows among what a page of the admin site hands to its template."""
    for name, value in shown.items():
        if name == OWN:
            continue
        match value:
            case Model():
                yield value
            case ChangeList():
                yield from value.result_list
            case list() | tuple() | QuerySet() | PageOfRows():
                if name == "inline_admin_formsets":
                    value = (row for inline in value for row in inline.formset.get_queryset())
                yield from (row for row in value if isinstance(row, Model))


def by_table(rows: Iterable[Model]) -> dict[str, set[Any]]:
    """The keys of those that are stored."""
    keys: dict[str, set[Any]] = {}
    for row in rows:
        if not row._state.adding:
            keys.setdefault(row._meta.db_table, set()).add(row.pk)
    return keys
