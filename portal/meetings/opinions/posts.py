"""Short posts of a discussion as statements of the map about the same thing, from the first reaction on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.actions.lifecycles import advance
from portal.community.models import User, Visitor
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models.opinions import OpinionMap, Reaction, Statement
from portal.meetings.opinions import subjects
from portal.meetings.opinions.services import checked, number_of, renewed, said_by, tally
from portal.meetings.states.statement import State
from portal.threads.models import Post, Thread
from portal.threads.stances import Stances, Tally


def react(user: User, post: Post, value: int) -> Tally:
    """Keep what somebody says to a post; with the first reaction it becomes a statement of the map.

    Raises Http404 where the thing has no map, NotPossible where opinions are not taken, the statement was taken
    down, or another post says the same.
    """
    subjects.require_open(post.thread.subject)
    statement = Statement.objects.filter(post=post).first() or _made(post)
    if statement.state is not State.SHOWN:
        raise NotPossible(
            _("The committee took this down from the map of opinions. It can be answered here.")
        )
    said_by(person_of(user), statement, value)
    return tally(statement)


def away(post: Post) -> None:
    """A post is hidden: the statement goes with it, for the same reason."""
    statement = (
        Statement.objects.select_related("map__neighbourhood").filter(post=post, taken_down_at=None).first()
    )
    if statement is not None:
        gone: dict[str, Any] = {"taken_down_at": post.hidden_at, "taken_down_by": post.hidden_by}
        screened = statement.screened_at or clock.now()
        advance(statement, State.TAKEN_DOWN, reason=post.hidden_reason, screened_at=screened, **gone)
        renewed(statement.map)


def back(post: Post) -> None:
    """A post is shown again, and so is its statement where it went with it."""
    gone = Statement.objects.select_related("map__neighbourhood").filter(
        post=post, taken_down_at=post.hidden_at
    )
    for statement in gone.exclude(taken_down_at=None):
        advance(statement, State.SHOWN, taken_down_at=None, reason="", taken_down_by=None)
        renewed(statement.map)


def mine(user: Visitor, thread: Thread) -> Mapping[int, int]:
    """What a reader said to posts of a discussion, by their numbers."""
    said = Reaction.objects.filter(person=getattr(user, "person_id", None), statement__post__thread=thread)
    return dict(said.values_list("statement__post__sequence", "value"))


def _made(post: Post) -> Statement:
    about, text = subjects.about(post.thread.subject), checked(post.body)
    OpinionMap.objects.get_or_create(
        subject=about.subject, defaults={"neighbourhood": about.neighbourhood, "title": about.title[:200]}
    )
    locked = OpinionMap.objects.select_for_update(of=("self",), no_key=True).select_related("neighbourhood")
    map_ = locked.get(subject=about.subject)
    same = map_.statements.select_related("post").filter(text=text).first()
    if same is None:
        # The post is public already and can be reported, so the committee owes no look at the statement.
        now = clock.now()
        number = number_of(map_)
        return Statement.objects.create(
            map=map_, number=number, text=text, person=post.author, post=post, at=now, screened_at=now
        )
    if same.post is not None:
        raise NotPossible(
            _("No. %(n)s says the same. Please say there whether you agree.") % {"n": same.post.sequence}
        )
    same.post = post
    same.save(update_fields=["post"])
    return same


STANCES = Stances(subjects.known, subjects.takes, react, away, back, mine)
