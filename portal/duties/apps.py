from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    name = "portal.duties"
    label = "duties"
    verbose_name = _("Duties")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let each app declare its periodic work, and what it measures by month."""
        autodiscover_modules("jobs", "figures")
