"""The web application as gunicorn runs it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rems.settings")

application = get_wsgi_application()

from rems import starting  # noqa: E402  (needs the settings)

starting.require_fit()
