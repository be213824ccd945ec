from django.urls import path

from registry.payments import views

COMPANY = "yritykset/<uuid:organisation_id>/"

urlpatterns = [
    path(COMPANY + "maksut/", views.payments, name="payments"),
    path(COMPANY + "myynti/", views.sales, name="sales"),
    path(COMPANY + "palvelutapahtumat/", views.service_events, name="service_events"),
]
