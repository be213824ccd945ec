from django.apps import AppConfig


class NoticeConfig(AppConfig):
    name = "registry.notice"
    label = "notice"
