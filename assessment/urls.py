from django.urls import path

from assessment.views import (
    answering,
    carrying,
    documents,
    plan,
    public,
    question,
    reports,
    results,
    rounds,
    sharing,
)

ALL = "yritykset/<uuid:organisation_id>/arvioinnit/"
ONE = ALL + "<uuid:assessment_id>/"

urlpatterns = [
    path("itsearviointi/", public.questionnaire, name="questionnaire"),
    path("pikatesti/", public.quick_check, name="quick_check"),
    path(ALL, rounds.assessments, name="assessments"),
    path(ALL + "uusi/", rounds.assessment_new, name="assessment_new"),
    path(ALL + "tuonti/", carrying.assessment_import, name="assessment_import"),
    path(ONE, rounds.assessment, name="assessment"),
    path(ONE + "arviointi.json", carrying.assessment_json, name="assessment_json"),
    path(ONE + "raportti.pdf", reports.assessment_pdf, name="assessment_pdf"),
    path(ONE + "raportti.xlsx", reports.assessment_xlsx, name="assessment_xlsx"),
    path(ONE + "maarapaivat.ics", reports.assessment_ics, name="assessment_ics"),
    path(ONE + "taustatiedot/", rounds.assessment_profile, name="assessment_profile"),
    path(ONE + "osat/<slug:section>/", answering.assessment_section, name="assessment_section"),
    path(ONE + "vastaukset/<str:question>/", answering.assessment_answer, name="assessment_answer"),
    path(
        ONE + "kysymykset/<str:question>/", question.assessment_question, name="assessment_question"
    ),
    path(
        ONE + "naytto/<uuid:evidence_id>/", question.assessment_evidence, name="assessment_evidence"
    ),
    path(
        ONE + "naytto/<uuid:evidence_id>/poista/",
        question.assessment_evidence_delete,
        name="assessment_evidence_delete",
    ),
    path(ONE + "asiakirjat/", documents.assessment_documents, name="assessment_documents"),
    path(ONE + "jako/", sharing.assessment_share, name="assessment_share"),
    path(ONE + "tulokset/", results.assessment_results, name="assessment_results"),
    path(ONE + "suunnitelma/", plan.assessment_plan, name="assessment_plan"),
    path(ONE + "suunnitelma/puutteet/", plan.assessment_plan_gaps, name="assessment_plan_gaps"),
    path(
        ONE + "suunnitelma/<uuid:measure_id>/", plan.assessment_measure, name="assessment_measure"
    ),
    path(ONE + "hyvaksynta/", rounds.assessment_sign, name="assessment_sign"),
    path(ONE + "uusi-kierros/", rounds.assessment_round, name="assessment_round"),
]
