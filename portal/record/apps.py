from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    name = "portal.record"
    label = "record"
    verbose_name = _("Public record")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let each app say what its actions are called, and which numbers it answers for."""
        autodiscover_modules("wording", "hooks")
