from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from registry.declarations import checks  # noqa: F401  (registers the system checks)
from registry.declarations.plan import plan


class DeclarationsConfig(AppConfig):
    """Collects every app's ``privacy`` module and compiles them into the plan.

    Must stand last among our apps in INSTALLED_APPS: ``ready`` runs in that order, and by then
    all models are loaded whichever app they belong to.
    """

    name = "registry.declarations"
    label = "declarations"

    def ready(self) -> None:
        autodiscover_modules("privacy")
        plan()
