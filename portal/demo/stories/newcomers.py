"""Somebody who asks the committee to be verified."""

from __future__ import annotations

from datetime import datetime

from portal.community.models import Residency
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.register.services import joining
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim


def story(world: World, now: datetime) -> Story:
    """The tenant has bought the flat she lives in, and the committee owes her an answer."""
    yield ago(now, 1, 19)
    tenant = world["tenant"]
    home = Residency.objects.select_related("dwelling__building").get(person=tenant.person_id).dwelling
    joining.ask(tenant, home, Claim(living=False, owning=True), Identity("林晓梅", adult=True))
