"""Public notices (公示) and what neighbours object to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Area, Post, User
from portal.community.selectors import person_of, post_users
from portal.duties.events import OBJECTED
from portal.duties.models import Objection, PublicNotice
from portal.duties.permissions import NOTICES
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key

MOMENT = timedelta(microseconds=1)
# What follows from an objection to a notice of some purpose: an app above owes the answer.
_OBJECTED: dict[str, Callable[[Objection, User], object]] = {}


def register_objected(purpose: str, follows: Callable[[Objection, User], object]) -> None:
    """Let an app say what an objection to its notices brings about, on whatever page it was written."""
    _OBJECTED[purpose] = follows


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
def end_notices(subject: Model | str, purpose: str) -> int:
    """End the running notices of a purpose now: what they were of is taken back. Returns how many there were."""
    about = subject if isinstance(subject, str) else key(subject)
    running = PublicNotice.objects.filter(subject=about, purpose=purpose, ends_at__gt=clock.now())
    # A notice ends after it began, even one that was posted this very moment.
    return sum(
        PublicNotice.objects.filter(pk=one.pk).update(ends_at=max(clock.now(), one.starts_at + MOMENT))
        for one in running
    )


@transaction.atomic
def object_to(user: User, notice_pk: int, text: str) -> Objection:
    """Object to a public notice while it runs, once a person.

    Raises PermissionDenied for others than neighbours, NotPossible when the time is over or for a second one.
    """
    notice, person = NOTICES.take(user, notice_pk, "object"), person_of(user)
    if notice.is_over:
        raise NotPossible(
            _("The notice period is over. You can still write in the discussion or to the committee.")
        )
    objection, new = Objection.objects.get_or_create(
        notice=notice, person=person, defaults={"text": text.strip(), "at": clock.now()}
    )
    if not new:
        raise NotPossible(_("You have already objected to this notice; what you wrote stands below."))
    committee = [
        member for post in (Post.DIRECTOR, Post.WORKER) for member in post_users(post, notice.neighbourhood)
    ]
    url = f"{notice.get_absolute_url()}#objection-{objection.pk}"
    announce(OBJECTED, notice, by=user, to=committee, once_per=key(objection), url=url)
    if follows := _OBJECTED.get(notice.purpose):
        follows(objection, user)
    return objection


def answer_objection(objection: Objection, text: str) -> None:
    """Note what an objection was answered; what follows from it, and who is told, is the caller's."""
    objection.answer, objection.answered_at = text, clock.now()
    objection.save(update_fields=["answer", "answered_at"])
