"""What granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from tuntas.config.safety import refuse_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuntas.config.settings")

application = get_wsgi_application()
refuse_unsafe()
