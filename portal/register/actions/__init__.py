"""What can be done at the desk, and to one's own: the words, the service, the form of each act."""

from __future__ import annotations

from portal.register.actions.dwellings import DWELLING, IMPORT
from portal.register.actions.persons import CHANGE, PERSON
from portal.register.actions.posts import APPOINTMENT
from portal.register.actions.relations import AT_DESK, OWN
from portal.register.actions.wishes import WISH

__all__ = ["APPOINTMENT", "AT_DESK", "CHANGE", "DWELLING", "IMPORT", "OWN", "PERSON", "WISH"]
