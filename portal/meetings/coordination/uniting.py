"""Two records of one human, of which one mediates and the other is on a side."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Union
from portal.kit.errors import NotPossible
from portal.meetings.coordination.permissions import OPEN, SIDES
from portal.meetings.models import Coordination, Participant


def _no_mediator_on_a_side(union: Union) -> None:
    """Nobody mediates in a dispute of their own: it goes to a colleague before the two are made one."""
    sits = Participant.objects.sitting().filter(person__in=union.both, part__in=SIDES)
    runs = Q(chair__in=union.both) | Q(in_charge__in=union.both)
    found = Coordination.objects.filter(runs, pk__in=sits.values("meeting"), state__in=OPEN).first()
    if found is not None:
        raise NotPossible(
            _("One of them mediates “%(meeting)s”, the other is on a side. Give it to a colleague first.")
            % {"meeting": found.title}
        )


uniting.register("coordination", _no_mediator_on_a_side)
