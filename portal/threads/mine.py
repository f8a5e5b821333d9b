"""What the own page keeps of discussions: what somebody said, and where the answer stands."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.text import Truncator

from portal.community.models import User
from portal.community.sections import Line, Source, each, own, register
from portal.threads.models import Post
from portal.threads.states import AWAY, State

SHOWN = 60


def _said(user: User) -> QuerySet[Post]:
    return own("author", Post.objects.select_related("thread"), user)


def _line(post: Post) -> Line:
    state = post.state
    taken_back = state == State.WITHDRAWN
    words = "" if taken_back else Truncator(" ".join(post.body.split())).chars(SHOWN)
    tone = "red" if state in AWAY else "" if state == State.ANSWERED else "amber"
    said = "" if state == State.VISIBLE else state.label
    return Line(
        words or post.title, post.place, post.title if words else "", said, "grey" if taken_back else tone
    )


def _waits() -> Q:
    return ~Q(asks="") & Q(answered_at=None, withdrawn_at=None)


register("posts", Source(_said, "at", each(_line), going=_waits))
