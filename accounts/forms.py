"""The sign-in pages' forms, where they differ from allauth's."""

from allauth.account.forms import SignupForm as AllauthSignupForm
from django.http import HttpRequest, HttpResponse

from accounts.models import User


class SignupForm(AllauthSignupForm):
    """Takes as long for an address that has an account as for one that has none."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)
