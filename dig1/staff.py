"""The staff site: Django's admin behind the service's own sign-in, for staff with a second step."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from allauth.account.utils import get_next_redirect_url
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.staff import RegisterAdmin
from dig1.looks import log_looks
from registry.company.access import form_methods, has_second_step, second_step_missing

View = Callable[..., HttpResponse]


class StaffSite(AdminSite):
    """Nobody signs in here: staff come signed in, and customers find nothing (404)."""

    site_title = site_header = _("Dig1 – administration")
    index_title = _("Dig1's register of business customers")
    site_url = None

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Take our own pages only: those that packages bring show secrets and delete rows."""
        if admin_class and issubclass(admin_class, RegisterAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_active and user.is_staff and has_second_step(request)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        guarded = form_methods(super().admin_view(view, cacheable))

        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = self.gate(request) or guarded(request, *args, **kwargs)
            log_looks(request, response)
            return response

        gated.admin_site = self  # as Django marks its own pages
        return update_wrapper(gated, view)

    def gate(self, request: HttpRequest) -> HttpResponse | None:
        """Where to send a person who may not come in yet, or None. Raises Http404 for customers."""
        here = get_next_redirect_url(request) or request.get_full_path()
        if request.user.is_anonymous:
            return redirect_to_login(here)
        if not (request.user.is_active and request.user.is_staff):
            raise Http404
        why = gettext("The staff site requires two-step sign-in. Set it up to continue.")
        return second_step_missing(request, back=here, why=why)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """No form of its own: the one sign-in has rate limits and the second step."""
        return self.gate(request) or redirect(get_next_redirect_url(request) or "admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        raise Http404

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """No field completes what is typed: it would ask by an address, and so be logged."""
        raise Http404
