"""Lists of the staff site: they never count a table, and what is searched for stays sealed."""

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import InvalidToken
from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.exceptions import ValidationError
from django.core.paginator import EmptyPage, InvalidPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.adapter import cipher

HIGHEST = "\U0010ffff"  # no character sorts after it
LONGEST_SEARCH = 200


def beginning(column: str, text: str) -> dict[str, str]:
    """A filter for values that begin with ``text``, on a column of collation "C".

    A range, since PostgreSQL uses no index for LIKE on a table with row-level security.
    """
    return {f"{column}__gte": text, f"{column}__lt": text + HIGHEST}


def seal(search: str) -> str:
    """What was searched for, as it may stand in an address and so in logs and histories."""
    text = search.replace("\0", "").strip()  # PostgreSQL takes no NUL
    return cipher(b"search").encrypt(text[:LONGEST_SEARCH].encode()).decode()


class SealedField(forms.CharField):
    def clean(self, value: str | None) -> str:
        if not value:
            return ""
        try:
            return cipher(b"search").decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ValidationError(_("Type what you search for into the search field.")) from error


class SealedSearchForm(ChangeListSearchForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {SEARCH_VAR: SealedField(required=False)}


class Pages(Paginator):
    """Looks one row ahead instead of counting, and no further than ``last``.

    ``num_pages`` and ``count`` are what is known once a page has been read.
    """

    last = 100
    num_pages = 1
    count = 0

    def validate_number(self, number: int | str) -> int:
        try:
            number = int(number)
        except ValueError as error:
            raise PageNotAnInteger(_("That page number is not an integer")) from error
        if not 1 <= number <= self.last:
            raise EmptyPage(_("There is no such page: narrow the search."))
        return number

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        shown: Sequence[Any] = rows[: self.per_page]
        self.num_pages = min(number + (len(rows) > len(shown)), self.last)
        self.count = start + len(shown)
        return Page(shown, number, self)


class SearchedList(ChangeList):
    """A page of a list in the one order that an index gives.

    Where the page's ``found_by`` names parameters, nothing is listed before a search or one of
    them: nobody leafs through people.
    """

    search_form_class = SealedSearchForm

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: Sequence[str] | None = None
    ) -> QuerySet[Any]:
        queryset = super().get_queryset(request, exclude_parameters)
        found_by = self.model_admin.found_by
        self.unsearched = bool(found_by) and not (
            self.query or self.filter_params.keys() & set(found_by)
        )
        return queryset.none() if self.unsearched else queryset

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        return list(self.model_admin.ordering)

    def get_results(self, request: HttpRequest) -> None:
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        try:
            self.page = self.paginator.page(self.page_num)
        except InvalidPage as error:
            raise IncorrectLookupParameters from error
        self.result_list = self.page.object_list
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.previous_link = self.get_query_string({PAGE_VAR: self.page_num - 1})
        self.next_link = self.get_query_string({PAGE_VAR: self.page_num + 1})
