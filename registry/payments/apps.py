from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "registry.payments"
    label = "payments"
