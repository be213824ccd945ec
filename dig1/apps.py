from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class Dig1Config(AppConfig):
    name = "dig1"


class StaffSiteConfig(AdminConfig):
    """Django's admin, which finds every app's ``admin`` module, with our site in it."""

    default_site = "dig1.staff.StaffSite"
