from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "portal.pages"
    label = "pages"
    verbose_name = _("Pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A migration brings the pages that an earlier version left out."""
        post_migrate.connect(mend_pages, sender=self, dispatch_uid="pages.missing")


def mend_pages(plan: list[tuple[Any, bool]] | None = None, **kwargs: Any) -> None:
    """Make the pages of neighbourhoods that have none, after a migration forwards.

    Not in a migration: pages are made by Wagtail's and treebeard's own methods, which historical models lack.
    """
    from portal.pages import services  # noqa: PLC0415 - tables exist only after the apps are ready

    if not any(backwards for _migration, backwards in plan or []):
        services.found_missing()
