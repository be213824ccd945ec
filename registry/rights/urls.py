from django.urls import path

from registry.rights.views import certificate, correction, erasure, export, inspection, link

COMPANY = "yritykset/<uuid:organisation_id>/"
PERSON = COMPANY + "henkilot/<uuid:membership_id>/"
EXPORT = COMPANY + "lataa/<uuid:export_id>/"

urlpatterns = [
    path("omat-tiedot/", inspection.inspection, name="inspection"),
    path(
        "omat-tiedot/oikaisu/<slug:table>/<str:key>/",
        correction.correction_row,
        name="correction_row",
    ),
    path(
        "omat-tiedot/oikaisu/<slug:table>/<str:key>/<slug:column>/",
        correction.correction_ask,
        name="correction_ask",
    ),
    path(
        "omat-tiedot/oikaisut/<uuid:request_id>/peru/",
        correction.correction_withdraw,
        name="correction_withdraw",
    ),
    path(
        "omat-tiedot/<slug:table>/<uuid:key>/<slug:column>/",
        inspection.inspection_edit,
        name="inspection_edit",
    ),
    path("omat-tiedot/lataa/", export.export_me, name="export_me"),
    path("omat-tiedot/poista/", erasure.erase_me, name="erase_me"),
    path("omat-tiedot/linkki/", link.access_link, name="access_link"),
    path("omat-tiedot/linkki/lahetetty/", link.access_link_sent, name="access_link_sent"),
    path("omat-tiedot/linkki/avaa/<str:token>/", link.access_link_open, name="access_link_open"),
    path("omat-tiedot/osoite/", link.address_data, name="address_data"),
    path("omat-tiedot/osoite/sulje/", link.address_close, name="address_close"),
    path("omat-tiedot/osoite/lataa/<uuid:company>/", link.address_export, name="address_export"),
    path("omat-tiedot/osoite/poista/<uuid:company>/", link.address_erase, name="address_erase"),
    path(COMPANY + "oikaisut/", correction.corrections, name="corrections"),
    path(COMPANY + "oikaisut/<uuid:request_id>/", correction.correction, name="correction"),
    path(COMPANY + "tiedot/", inspection.company_data, name="company_data"),
    path(COMPANY + "lataa/", export.company_export, name="company_export"),
    path(EXPORT, export.company_export_file, name="company_export_file"),
    path(EXPORT + "poista/", export.company_export_delete, name="company_export_delete"),
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
