"""WSGI entry point: pages and REST in production (granian)."""

import os

from django.core.wsgi import get_wsgi_application

from deploy.checks import refuse_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
application = get_wsgi_application()
refuse_unsafe()
