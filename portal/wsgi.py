"""The WSGI entry for page workers beside a Daphne that serves the sockets (deploy/)."""

from __future__ import annotations

import os

from portal.start import GIVE_UP, in_words

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("PORTAL_DATABASE_POOL", "0")
# News of what these workers commit has to reach the process with the sockets.
os.environ.setdefault("PORTAL_PROCESSES", "2")
with in_words(GIVE_UP):
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()

    from portal.checks import refuse_unsafe

    refuse_unsafe()
