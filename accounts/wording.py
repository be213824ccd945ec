"""Texts of the packages we use that our translations word better than theirs.

The code never needs this list: `make messages` finds the texts here and keeps them in locale/,
which goes before the packages' own translations. Where a package's wording is good it is not here.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

SIGN_IN = (
    _("Enter Sign-In Code"),
    _("Sign-In Code"),
    _("A sign-in code has been sent to %(recipient)s."),
    _("Successfully signed in as %(name)s."),
    _("This email address is already associated with this account."),
)

PASSWORD = (
    _(
        "Forgotten your password? Enter your email address below, and we'll send you an email "
        "allowing you to reset it."
    ),
    _("Reset My Password"),
    _("Enter Password Reset Code"),
    _("Password Reset Code"),
    _("Your password has been reset."),
    _("Password successfully changed."),
    _("Password successfully set."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
)

SECOND_STEP = (
    _("Authenticator code"),
    _("Authenticator app activated."),
    _("Authenticator App Activated"),
    _("Authenticator app deactivated."),
    _("Authenticator App Deactivated"),
    _("Deactivate Authenticator App"),
    _("You are about to deactivate authenticator app based authentication. Are you sure?"),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("You are about to generate a new set of recovery codes for your account."),
    _("This action will invalidate your existing codes."),
    _("Passwordless"),
    _(
        "Enabling passwordless operation allows you to sign in using just this key, but imposes "
        "additional requirements such as biometrics or PIN protection."
    ),
)

LETTERS = (
    _("Hello from %(site_name)s!"),
    _("Thank you for using %(site_name)s!\n%(site_domain)s"),
    _(
        "You're receiving this email because user %(user_display)s has given your email address "
        "to register an account on %(site_domain)s."
    ),
    _("Your email verification code is listed below. Please enter it in your open browser window."),
    _("Your sign-in code is listed below. Please enter it in your open browser window."),
    _("Your password reset code is listed below. Please enter it in your open browser window."),
    _("This mail can be safely ignored if you did not initiate this action."),
    _(
        "You are receiving this email because you, or someone else, tried to access an account "
        "with email %(email)s. However, we do not have any record of such an account in our "
        "database."
    ),
    _("If it was you, you can sign up for an account using the link below."),
    _(
        "If you do not recognize this change then please take proper security precautions "
        "immediately. The change to your account originates from:\n\n"
        "- IP address: %(ip)s\n- Browser: %(user_agent)s\n- Date: %(timestamp)s"
    ),
)

PHONE = (
    pgettext_lazy(
        "{example_number} is a national phone number.",
        "Enter a valid phone number (e.g. {example_number}) or a number with an international "
        "call prefix.",
    ),
)

STAFF_SITE = (
    _("Error:"),
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("Add %s"),
    _("Change %s"),
    _("View %s"),
    _("superuser status"),
)
