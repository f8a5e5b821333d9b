from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThreadsConfig(AppConfig):
    name = "portal.threads"
    label = "threads"
    verbose_name = _("Threads")
    default_auto_field = "django.db.models.BigAutoField"
