"""The sign-in pages' forms, where they differ from allauth's."""

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.core import context

# The address that an invitation was sent to, kept in the session by the invitation's page.
INVITED_EMAIL = "invited_email"


class SignupForm(AllauthSignupForm):
    """Begins with the address of the invitation that brought the visitor here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].initial = context.request.session.get(INVITED_EMAIL, "")
