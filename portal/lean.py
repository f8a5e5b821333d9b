"""Apps with their models alone: no hooks, no pages (portal.settings_lean)."""

from __future__ import annotations

from django.apps import AppConfig


class ModelsAlone(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"


class Record(ModelsAlone):
    name = "portal.record"


class Community(ModelsAlone):
    name = "portal.community"


class Surveys(ModelsAlone):
    name = "portal.surveys"
