from django.urls import path

from registry.rights.views import certificate, erasure, inspection

COMPANY = "yritykset/<uuid:organisation_id>/"
PERSON = COMPANY + "henkilot/<uuid:membership_id>/"

urlpatterns = [
    path("omat-tiedot/", inspection.inspection, name="inspection"),
    path(
        "omat-tiedot/<slug:table>/<uuid:key>/<slug:column>/",
        inspection.inspection_edit,
        name="inspection_edit",
    ),
    path("omat-tiedot/poista/", erasure.erase_me, name="erase_me"),
    path(COMPANY + "tiedot/", inspection.company_data, name="company_data"),
    path(COMPANY + "poista/", erasure.company_erase, name="company_erase"),
    path(COMPANY + "poistossa/", erasure.company_locked, name="company_locked"),
    path(COMPANY + "poistossa/peru/", erasure.erasure_call_off, name="erasure_call_off"),
    path(COMPANY + "poistossa/heti/", erasure.erasure_hasten, name="erasure_hasten"),
    path(COMPANY + "poistu/", erasure.leave, name="leave"),
    path(PERSON, inspection.person, name="person"),
    path(PERSON + "poista/", erasure.person_erase, name="person_erase"),
    path("poisto/avain/", certificate.certificate_key, name="certificate_key"),
    path("poisto/avain.pem", certificate.certificate_key_file, name="certificate_key_file"),
    path("poisto/<str:token>/", erasure.erasure, name="erasure"),
    path("poisto/<str:token>/todistus.pdf", certificate.certificate_pdf, name="certificate_pdf"),
    path("poisto/<str:token>/todistus.json", certificate.certificate_json, name="certificate_json"),
]
