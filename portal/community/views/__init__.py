"""Pages of places and people."""

from __future__ import annotations

from portal.community.views.choice import choose
from portal.community.views.files import upload
from portal.community.views.me import me, mode

__all__ = ["choose", "me", "mode", "upload"]
