"""Promises and public notices for tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import Area, Person, Post
from portal.duties import services
from portal.duties.calendar import Deadline
from portal.duties.models import Duty, PublicNotice
from portal.kit import clock
from tests.factories import number
from tests.worlds import kept

SCREEN = "test.screen"


@kept
def make_duty(
    neighbourhood: Area,
    *,
    kind: str = SCREEN,
    subject: str = "",
    title: str = "给3号楼加装扶手",
    due: datetime | None = None,
    person: Person | None = None,
    post: Post | str = "",
    area: Area | None = None,
) -> Duty:
    """An open duty; without an ower it is the committee workers'. Due in ten days where nothing is said."""
    return services.open_duty(
        kind,
        subject or f"topic:{number()}",
        neighbourhood=neighbourhood,
        title=title,
        url="/topics/1/",
        due=Deadline(due or clock.now() + timedelta(days=10)),
        person=person,
        post=post or ("" if person else Post.WORKER),
        area=area,
    )


@kept
def make_notice(
    neighbourhood: Area, *, days: int = 7, title: str = "关于加装扶手的公示", body: str = ""
) -> PublicNotice:
    """A public notice that runs for some days from now."""
    return services.post_notice(
        f"topic:{number()}",
        "topic",
        neighbourhood=neighbourhood,
        title=title,
        body=body,
        url="/topics/1/",
        ends_at=clock.now() + timedelta(days=days),
        places="小区东门公告栏",
    )
