from django.apps import AppConfig


class RelationshipConfig(AppConfig):
    name = "registry.relationship"
    label = "relationship"
