from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ROOMS = ("calls", "applying", "review", "ballot", "allocating", "explaining", "running", "books")
# What each room registers: hooks, and where it has them events, wording, jobs, how its things are found.
MODULES = ("hooks", "events", "wording", "jobs", "searching", "uniting", "leaving", "dates")


class FundsConfig(AppConfig):
    name = "portal.funds"
    label = "funds"
    verbose_name = _("Micro-fund")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What the rooms say, are asked and do by time is known at the start."""
        for room in ROOMS:
            for module in MODULES:
                name = f"{self.name}.{room}.{module}"
                if find_spec(name) is not None:
                    import_module(name)
