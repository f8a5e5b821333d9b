from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "portal.community"
    label = "community"
    verbose_name = _("Community")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let each app say what hangs on people, and which of it is whose alone; rules come with a migration."""
        autodiscover_modules("leaving", "uniting", "mine")
        post_migrate.connect(load_rules, sender=self, dispatch_uid="community.rules")


def load_rules(plan: list[tuple[Any, bool]] | None = None, **kwargs: Any) -> None:
    """Bring the shipped rules in after a migration forwards."""
    from portal.community import rules  # noqa: PLC0415 - tables exist only after the apps are ready

    if not any(backwards for _migration, backwards in plan or []):
        rules.load()
