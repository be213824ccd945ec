import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dig1.settings")
django_application = get_wsgi_application()

from assessment.versions import versions  # noqa: E402  (it reads the settings, as all below)
from dig1.restored import Guarded  # noqa: E402

application = Guarded(django_application)

versions()  # read before the first request has to wait for it
