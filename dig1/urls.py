"""Every address of the service. The staff's site stands at ``STAFF_PATH``."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from dig1 import errors
from dig1.health import health

urlpatterns = [
    path("terveys/", health, name="health"),
    path("tili/", include("allauth.urls")),
    path("", include("registry.company.urls")),
    path("", include("registry.persons.urls")),
    path("", include("registry.relationship.urls")),
    path("", include("registry.payments.urls")),
    path("", include("registry.rights.urls")),
    path("", include("registry.notice.urls")),
    path("", include("consent.urls")),
    path("", include("assessment.urls")),
]
if "staff" in settings.DATABASES:
    urlpatterns.append(path(settings.STAFF_PATH, admin.site.urls))

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
