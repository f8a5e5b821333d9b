from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "portal.reports"
    label = "reports"
    verbose_name = _("Monthly reports and lists")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What reports are called in duties and in the record is known at the start."""
        from portal.reports import events, wording  # noqa: F401, PLC0415 - registers them
