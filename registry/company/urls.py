from django.urls import path

from registry.company import views

COMPANY = "yritykset/<uuid:organisation_id>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("yritykset/", views.companies, name="companies"),
    path(COMPANY, views.company, name="company"),
    path(COMPANY + "perustiedot/", views.company_edit, name="company_edit"),
    path(COMPANY + "turvallisuus/", views.company_security, name="company_security"),
    path(COMPANY + "muutokset/", views.company_history, name="company_history"),
]
