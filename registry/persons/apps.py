from django.apps import AppConfig


class PersonsConfig(AppConfig):
    name = "registry.persons"
    label = "persons"
