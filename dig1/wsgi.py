import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dig1.settings")
django_application = get_wsgi_application()

from dig1.restored import Guarded  # noqa: E402  (it reads the settings)

application = Guarded(django_application)
