"""The register of cookies: every cookie the service may set. A test crawls all pages for others.

All are strictly necessary for what the visitor asked for (Act 917/2014, section 205), so no
consent is asked and no banner shown.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Cookie:
    name: str
    purpose: Promise
    lifetime: Promise


COOKIES = (
    Cookie(
        settings.SESSION_COOKIE_NAME,
        _("keeps you signed in"),
        _("12 hours at most"),
    ),
    Cookie(
        settings.CSRF_COOKIE_NAME,
        _("protects forms from being sent in your name by other sites"),
        _("one year"),
    ),
    Cookie(
        settings.LANGUAGE_COOKIE_NAME,
        _("remembers the language you chose"),
        _("until the browser is closed"),
    ),
)
