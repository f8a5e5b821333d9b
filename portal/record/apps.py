from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    name = "portal.record"
    label = "record"
    verbose_name = _("Public record")
    default_auto_field = "django.db.models.BigAutoField"
