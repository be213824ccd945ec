from django.urls import path

from registry.notice import views

urlpatterns = [
    path("tietosuoja/", views.notice, name="notice"),
    path("saavutettavuus/", views.accessibility, name="accessibility"),
    path("yhteys/", views.contact, name="contact"),
]
