from django.urls import path

from registry.persons.views import companies, invitation, invitations, people

COMPANY = "yritykset/<uuid:organisation_id>/"
INVITATION = COMPANY + "kutsut/<uuid:invitation_id>/"

urlpatterns = [
    path("yritykset/uusi/", companies.company_new, name="company_new"),
    path(COMPANY + "henkilot/", people.people, name="people"),
    path(
        COMPANY + "henkilot/<uuid:membership_id>/muokkaa/", people.person_edit, name="person_edit"
    ),
    path(COMPANY + "paakayttaja/", people.hand_over, name="hand_over"),
    path(COMPANY + "kutsut/", invitations.invitations, name="invitations"),
    path(INVITATION + "uudelleen/", invitations.invitation_again, name="invitation_again"),
    path(INVITATION + "peru/", invitations.invitation_revoke, name="invitation_revoke"),
    path("kutsu/<str:token>/", invitation.invitation, name="invitation"),
]
