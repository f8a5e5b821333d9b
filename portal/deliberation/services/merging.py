"""Merging a topic into another: who stood behind it stands behind the one that is kept, and hears how it goes on."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import User
from portal.deliberation import households
from portal.deliberation.events import JOINED, PARTED
from portal.deliberation.models import Seconding, Topic
from portal.deliberation.permissions import TOPICS
from portal.deliberation.selectors import followers
from portal.deliberation.services.topics import is_over, needed
from portal.deliberation.services.transitions import change, hold, to_screening
from portal.deliberation.states import UNDECIDED, State
from portal.kit.errors import NotPossible
from portal.record.fragments import stir
from portal.record.services import key


@transaction.atomic
def merge(user: User, pk: int, into: int, reason: str = "") -> Topic:
    """Merge a topic into another of the neighbourhood that is under way; never into itself or in a circle.

    The households behind it count for the kept one where they may second it, each once; where that completes the
    number asked for, the kept one goes on to screening. All of them are told into what, and follow it from now on.
    """
    # Two topics merged into each other would wait for each other: one merge at a time, before any lock.
    hold(TOPICS.get(user, pk, "merge").neighbourhood)
    topic = TOPICS.take(user, pk, "merge")
    kept = _kept(topic, into)
    came = _bring(topic, kept)
    first = followers(kept).exclude(pk__in=followers(topic).values("pk"))
    told: dict[str, Any] = {
        "merged": topic.title,
        "merged_number": topic.number,
        "households": came,
    }
    announce(JOINED, kept, by=user, to=first, data=told, **told)
    change(
        topic,
        State.MERGED,
        by=user,
        reason=reason,
        data={"into": key(kept), "into_number": kept.number, "into_title": kept.title, "households": came},
        says={"into": kept.title, "number": kept.number, "url": kept.get_absolute_url()},
        merged_into=kept,
    )
    _go_on(kept, user)
    return topic


def part(topic: Topic, user: User, reason: str) -> None:
    """Take the households that came with a locked, merged topic away from the kept one; its followers are told.

    The kept one stays where it is. Raises NotPossible once something was decided about it, or it was merged itself.
    """
    if topic.merged_into_id is None:
        return
    kept = Topic.objects.locked(topic.merged_into_id)
    if not can_part(kept):
        raise NotPossible(
            _("“%(title)s” is at “%(state)s”: what was merged into it can be taken out no more.")
            % {"title": kept, "state": kept.state_label}
        )
    gone, _rows = kept.secondings.filter(came_from=topic).delete()
    stir(kept.neighbourhood.slug)
    told: dict[str, Any] = {
        "merged": topic.title,
        "merged_number": topic.number,
        "households": gone,
        "reason": reason,
    }
    others = followers(kept).exclude(pk__in=followers(topic).values("pk"))
    announce(PARTED, kept, by=user, to=others, data=told, **told)


def can_part(kept: Topic | None) -> bool:
    """Whether what was merged into a topic can still be taken out: nothing was decided about it."""
    return kept is not None and kept.state in UNDECIDED


def _kept(topic: Topic, into: int) -> Topic:
    """The other topic, locked; says in plain words why it cannot be this one."""
    sent = Topic.objects.filter(neighbourhood=topic.neighbourhood, submitted_at__isnull=False)
    if not sent.exclude(pk=topic.pk).filter(pk=into).exists():
        raise NotPossible(_("Please choose another topic of this neighbourhood."))
    kept = Topic.objects.locked(into)
    if kept.has_ended or kept.state == State.SECONDING and is_over(kept):
        raise NotPossible(
            _("“%(title)s” has ended. Please choose a topic that is under way.") % {"title": kept}
        )
    return kept


def _bring(topic: Topic, kept: Topic) -> int:
    """Let whoever stood behind a topic stand behind the kept one; returns how many households came."""
    stood = list(topic.secondings.order_by("at", "pk").values_list("person_id", "dwelling_id"))
    came = [_stand(topic, kept, person, home) for person, home in [(topic.proposer_id, None), *stood]]
    stir(kept.neighbourhood.slug)
    return sum(came)


def _stand(topic: Topic, kept: Topic, person: int, home: int | None) -> bool:
    """Count one household, where it may second the kept topic and does not count yet. `home` None: any of theirs."""
    if kept.secondings.filter(person=person).exists():
        return False
    homes = [one.pk for one in households.open_to_second(person, kept) if home in {None, one.pk}]
    if homes:
        Seconding.objects.create(topic=kept, person_id=person, dwelling_id=homes[0], came_from=topic)
    return bool(homes)


def _go_on(kept: Topic, by: User) -> None:
    """Hand the kept topic to the committee, where the households that came complete the number asked for."""
    count = kept.secondings.count()
    if kept.state == State.SECONDING and count >= needed(kept):
        to_screening(kept, by=by, data={"households": count})
