from django.urls import path

from registry.rights.views import erasure, inspection

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
    path(COMPANY + "poistu/", erasure.leave, name="leave"),
    path(PERSON, inspection.person, name="person"),
    path(PERSON + "poista/", erasure.person_erase, name="person_erase"),
    path("poisto/<str:token>/", erasure.erasure, name="erasure"),
]
