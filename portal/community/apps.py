from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.community.acts import ACTS
from portal.record import wording


class CommunityConfig(AppConfig):
    name = "portal.community"
    label = "community"
    verbose_name = _("Community")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """`portal.community.wording` is about times and sizes; what acts are called stands apart."""
        wording.register(ACTS)
