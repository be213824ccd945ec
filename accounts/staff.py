"""What every page of the staff site has in common."""

import json
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from accounts.lists import Pages, SearchedList, seal


class RowForm(forms.ModelForm):
    """Holds the constraints of the row against its read-only columns too, which Django skips."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error.messages)


class RegisterAdmin(ModelAdmin):
    """A page of the register: nothing is deleted here, nothing counted, no value logged.

    Deletion has its own engine (``registry.rights``). ``found_by``: the parameters that, besides
    a search, bring rows to the list; without any the list can be leafed through.
    """

    addable = changeable = False
    found_by: tuple[str, ...] = ()
    form = RowForm
    paginator = Pages
    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    sortable_by = ()
    view_on_site = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.addable and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.changeable and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SearchedList]:
        return SearchedList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the page links to: other filters would read whole tables."""
        filters = {f"{name}__exact" for name in self.list_filter}
        return (lookup in self.found_by or lookup in filters) and "\0" not in value

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A search comes by POST, and is sealed before it becomes part of an address."""
        if request.method == "POST":
            if not self.has_view_or_change_permission(request):
                raise PermissionDenied
            query = request.GET.dict()
            query.pop(PAGE_VAR, None)
            query[SEARCH_VAR] = seal(request.POST.get(SEARCH_VAR, ""))
            return redirect(f"{request.path}?{urlencode(query)}")
        return super().changelist_view(request, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django tells those without the right whether there is such an object."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    # The staff's log holds keys and names of columns, never a value.

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> LogEntry:
        return self.log(request, obj, ADDITION, [{"added": {}}])

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> LogEntry:
        return self.log(request, obj, CHANGE, message)

    def log(
        self, request: HttpRequest, obj: models.Model, flag: int, message: list[dict[str, Any]]
    ) -> LogEntry:
        return LogEntry.objects.create(
            user_id=request.user.pk,
            content_type_id=get_content_type_for_model(obj).pk,
            object_id=str(obj.pk),
            object_repr="",
            action_flag=flag,
            change_message=json.dumps(message),
        )
