from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdministrationConfig(AppConfig):
    name = "portal.administration"
    label = "administration"
    verbose_name = _("Administration")
    default_auto_field = "django.db.models.BigAutoField"
