from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from consent import views
from registry.company.access import public

urlpatterns = [
    path("evasteet/", views.cookies, name="cookies"),
    path("kieli/", public(require_POST(set_language)), name="set_language"),
]
