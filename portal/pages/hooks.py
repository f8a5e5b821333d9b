"""What happens to pages when an area is made or renamed: a neighbourhood and its page come and go by one name."""

from __future__ import annotations

from portal.community.models import Area
from portal.community.places import register_follower
from portal.pages import services


def planted(area: Area) -> None:
    """A new neighbourhood gets its page."""
    if area.is_neighbourhood:
        services.found_neighbourhood(area)


def renamed(area: Area) -> None:
    """Its page is called as it is."""
    if area.is_neighbourhood:
        services.rename_neighbourhood(area)


register_follower(planted, renamed)
