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
        """Let each app declare its periodic work and monthly figures, and lead whoever acted to what they owe next."""
        from portal.actions.views import register_onward  # noqa: PLC0415 - needs the models
        from portal.duties.steps import onward  # noqa: PLC0415

        register_onward(onward)
        autodiscover_modules("jobs", "figures")
