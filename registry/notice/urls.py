from django.urls import path

from registry.notice import views

urlpatterns = [
    path("tietosuoja/", views.notice, name="notice"),
    path("tietosuoja/luettu/", views.read, name="notice_read"),
    path("tietosuoja/versiot/", views.all_versions, name="notice_versions"),
    path("tietosuoja/versiot/<slug:version>/", views.version, name="notice_version"),
    path("tietosuoja/versiot/<slug:version>/<slug:language>.html", views.file, name="notice_file"),
    path("saavutettavuus/", views.accessibility, name="accessibility"),
    path("yhteys/", views.contact, name="contact"),
]
