"""What happens to pages when an area is made or renamed, and when a page is published in the stock admin."""

from __future__ import annotations

from wagtail import hooks

from portal.community.models import Area
from portal.community.places import register_follower
from portal.pages import services, stock_admin


def planted(area: Area) -> None:
    """A new neighbourhood gets its page."""
    if area.is_neighbourhood:
        services.found_neighbourhood(area)


def renamed(area: Area) -> None:
    """Its page is called as it is."""
    if area.is_neighbourhood:
        services.rename_neighbourhood(area)


register_follower(planted, renamed)
hooks.register("after_publish_page", stock_admin.tell)
