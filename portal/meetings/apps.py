from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# In the order in which lists name the kinds. Each room has models in `portal.meetings.models`, its table in `states`.
ROOMS: tuple[str, ...] = (
    "calendar",
    "minutes",
    "lots",
    "opinions",
    "live",
    "coordination",
    "reviews",
    "gatherings",
    "summons",
    "hallvote",
)
# What each room registers: its kind, and where it has them events, wording, jobs, how its things are found.
MODULES = ("hooks", "events", "wording", "jobs", "searching", "uniting", "leaving")


class MeetingsConfig(AppConfig):
    name = "portal.meetings"
    label = "meetings"
    verbose_name = _("Meetings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What the kinds are, say and do by time is known at the start."""
        import_module(f"{self.name}.hearing_kind")
        for room in ROOMS:
            for module in MODULES:
                name = f"{self.name}.{room}.{module}"
                if find_spec(name) is not None:
                    import_module(name)
