"""The staff site's page of persons, and of the staff themselves."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.lists import beginning
from accounts.models import User
from accounts.staff import RegisterAdmin


@admin.register(User)
class UserAdmin(RegisterAdmin):
    """Staff see accounts and start password resets; passwords are never shown nor chosen here.

    Administrators (those who may change accounts) say who works for Dig1, and in which groups.
    """

    changeable = True
    list_display = ("email", "is_active", "is_staff", "last_login")
    list_filter = ("is_staff",)
    found_by = ("is_staff__exact",)
    ordering = ("email", "id")
    search_fields = ("email",)
    search_help_text = _("The beginning of an email address, or an account identifier.")
    fields = (
        "email",
        "phone",
        "date_joined",
        "last_login",
        "is_active",
        "is_staff",
        "groups",
        "is_superuser",
    )
    readonly_fields = ("email", "phone", "date_joined", "last_login", "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody takes away their own access, nor anybody but a superuser a superuser's."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        return obj.pk != request.user.pk and (request.user.is_superuser or not obj.is_superuser)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        if search_term:
            queryset = queryset.filter(**by_email_or_id(search_term))
        return queryset, False

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField:
        kwargs["widget"] = forms.CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.password_reset)
        name = "accounts_user_password_reset"
        return [path("<uuid:pk>/password-reset/", view, name=name), *super().get_urls()]

    def password_reset(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Mail the person how to set a new password: only they ever learn it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = self.get_queryset(request).filter(pk=pk, is_active=True).first()
        if user is None:
            raise Http404
        if request.method == "POST":
            get_adapter().send_mail(
                "account/email/new_password_asked",
                user.email,
                {"password_reset_url": settings.SITE_URL + reverse("account_reset_password")},
            )
            self.log_change(request, user, [{"changed": {"fields": ["password"]}}])
            messages.success(request, gettext("The instructions have been sent."))
            return redirect("admin:accounts_user_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Start a password reset"),
            "opts": self.opts,
            "original": user,
        }
        return TemplateResponse(request, "admin/accounts/user/password_reset.html", context)


def by_email_or_id(text: str) -> dict[str, Any]:
    """A filter of accounts by the beginning of the email address, or by the whole identifier."""
    try:
        return {"pk": UUID(text)}
    except ValueError:
        return beginning("email", text.strip().lower())
