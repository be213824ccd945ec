from django.apps import AppConfig


class Dig1Config(AppConfig):
    name = "dig1"
