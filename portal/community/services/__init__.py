"""The only writers of places, people and what ties them together."""

from __future__ import annotations

from portal.community.services.people import Signature, home_of, members, post_users, signature

__all__ = ["Signature", "home_of", "members", "post_users", "signature"]
