from django.apps import AppConfig

from registry.notice import checks  # noqa: F401  (registers the gate)


class NoticeConfig(AppConfig):
    name = "registry.notice"
    label = "notice"
