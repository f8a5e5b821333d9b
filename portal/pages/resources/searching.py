"""How the resource map is found: what is shown on it, a neighbour's skill once the committee let it be shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.pages.resources.models import Resource
from portal.pages.resources.states import ResourceState
from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room


def _text(thing: Resource) -> str:
    return "\n".join(filter(None, (thing.about, thing.address, thing.hours, thing.conditions)))


register(
    Kind(
        name="resource",
        label=_("Resource map"),
        model=Resource,
        things=Resource.objects.all,
        visible_to=lambda user: Resource.objects.shown(),
        title=lambda thing: thing.title,
        text=_text,
        url=lambda thing: thing.get_absolute_url(),
        mark=lambda thing: Mark(thing.get_kind_display(), "grey"),
        shown=lambda thing: thing.state == ResourceState.SHOWN,
    )
)
register_room("pages:resources", _("Resource map"))
