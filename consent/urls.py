from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from consent import views

urlpatterns = [
    path("evasteet/", views.cookies, name="cookies"),
    path("kieli/", login_not_required(set_language), name="set_language"),
]
