from django.apps import AppConfig


class CompanyConfig(AppConfig):
    name = "registry.company"
    label = "company"
