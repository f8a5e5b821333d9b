"""How demands and services are found."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room
from portal.surveys.lists.listing import TONES
from portal.surveys.models import Demand, Service
from portal.surveys.states import DemandState


def _mark(demand: Demand) -> Mark:
    state = DemandState(demand.state)
    return Mark(str(state.label), TONES[state])


def _service_text(service: Service) -> str:
    return "\n".join(filter(None, (service.about, service.provider, service.place, service.hours)))


register(
    Kind(
        name="demand",
        label=_("Demands"),
        model=Demand,
        things=lambda: Demand.objects.select_related("survey"),
        visible_to=Demand.objects.visible_to,
        title=lambda demand: demand.title,
        text=lambda demand: "\n".join(filter(None, (demand.group, demand.answer, demand.done))),
        url=lambda demand: demand.get_absolute_url(),
        when=lambda demand: demand.answered_at,
        mark=_mark,
        neighbourhood=lambda demand: demand.survey.neighbourhood_id,
    )
)
register(
    Kind(
        name="service",
        label=_("Services"),
        model=Service,
        things=Service.objects.all,
        visible_to=lambda user: Service.objects.offered(),
        title=lambda service: service.title,
        text=_service_text,
        url=lambda service: service.get_absolute_url(),
        when=lambda service: service.updated_at,
    )
)
register_room("surveys:demands", _("Demands"))
register_room("surveys:services", _("Services"))
register_room("surveys:profile", _("Profile"))
