"""Pages of those who run the portal, and the rules of a neighbourhood for everybody."""

from __future__ import annotations

from portal.administration.views.places import area, area_act, areas
from portal.administration.views.posts import posts
from portal.administration.views.rules import in_force, rule_act, rules

__all__ = ["area", "area_act", "areas", "in_force", "posts", "rule_act", "rules"]
