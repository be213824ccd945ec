from django.urls import path

from registry.relationship import views

urlpatterns = [
    path("yritykset/<uuid:organisation_id>/asiakassuhde/", views.relationship, name="relationship"),
]
