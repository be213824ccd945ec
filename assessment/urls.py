from django.urls import path

from assessment.views import public

urlpatterns = [
    path("itsearviointi/", public.questionnaire, name="questionnaire"),
    path("pikatesti/", public.quick_check, name="quick_check"),
]
