"""Public notices (公示) and what neighbours object to them."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from portal.community.models import Area, Post, User
from portal.community.selectors import post_users, signature
from portal.duties.models import Objection, PublicNotice
from portal.duties.news import OBJECTED
from portal.duties.permissions import may_object
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications import services as notifications
from portal.record.services import key
from portal.record.services import write as write_record


@transaction.atomic
def post_notice(
    subject: Model | str,
    purpose: str,
    *,
    neighbourhood: Area,
    title: str,
    body: str,
    url: str,
    ends_at: datetime,
    places: str = "",
) -> PublicNotice:
    """Post a public notice from now until `ends_at`. What it gates asks `notice.is_over` when it acts."""
    return PublicNotice.objects.create(
        neighbourhood=neighbourhood,
        subject=subject if isinstance(subject, str) else key(subject),
        purpose=purpose,
        title=title[:200],
        body=body,
        url=url,
        places=places,
        ends_at=ends_at,
        starts_at=clock.now(),
    )


@transaction.atomic
def object_to(user: User, notice: PublicNotice, text: str) -> Objection:
    """Object to a public notice while it runs, once a person.

    Raises PermissionDenied for others than neighbours, NotPossible when the time is over or for a second one.
    """
    if not may_object(user, notice) or user.person is None:
        raise PermissionDenied("object")
    if notice.is_over:
        raise NotPossible(
            _("The notice period is over. You can still write in the discussion or to the committee.")
        )
    objection, new = Objection.objects.get_or_create(
        notice=notice, person=user.person, defaults={"text": text.strip(), "at": clock.now()}
    )
    if not new:
        raise NotPossible(_("You have already objected to this notice; what you wrote stands below."))
    _publish(user, objection)
    return objection


def _publish(user: User, objection: Objection) -> None:
    notice = objection.notice
    write_record(
        notice.neighbourhood.slug,
        "notice.objected",
        actor=signature(user, notice.neighbourhood).name,
        subject=notice.subject,
        title=notice.title,
    )
    committee = [
        member for post in (Post.DIRECTOR, Post.WORKER) for member in post_users(post, notice.neighbourhood)
    ]
    notifications.send(
        OBJECTED,
        committee,
        neighbourhood=notice.neighbourhood,
        occasion=key(objection),
        url=notice.get_absolute_url(),
        params={"title": notice.title},
    )
