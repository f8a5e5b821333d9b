"""How votes are found: by their motion and what explains it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room
from portal.voting.models import Vote
from portal.voting.states import Phase


def _mark(vote: Vote) -> Mark:
    phase = vote.phase
    return Mark(str(phase.label), "amber" if phase is Phase.OPEN else "")


register(
    Kind(
        name="vote",
        label=_("Votes"),
        model=Vote,
        things=Vote.objects.all,
        visible_to=Vote.objects.visible_to,
        title=lambda vote: vote.title,
        text=lambda vote: vote.explanation,
        url=lambda vote: vote.get_absolute_url(),
        when=lambda vote: vote.opens_at,
        mark=_mark,
    )
)
register_room("voting:votes", _("Votes"))
