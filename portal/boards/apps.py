from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BoardsConfig(AppConfig):
    name = "portal.boards"
    label = "boards"
    verbose_name = _("Building boards")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What the cash books say, are asked and do by time is known at the start."""
        from portal.boards.cashbook import events, jobs, wording  # noqa: F401, PLC0415 - registers them
        from portal.boards.doors import jobs as doors  # noqa: F401, PLC0415 - the same
