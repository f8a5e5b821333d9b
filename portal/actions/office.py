"""What is done in a post stands in the public record; whoever follows that post hears of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.community.models import Appointment, User, Visitor
from portal.kit import clock
from portal.notifications.following import Followable, register, wanting
from portal.notifications.kinds import Kind, make_optional
from portal.notifications.models import Notice
from portal.notifications.services import send
from portal.record import wording
from portal.record.models import Entry

FOLLOWED = "appointment"


def _words(params: dict[str, Any]) -> dict[str, Any]:
    return {"what": wording.words(str(params.get("action", "")), params.get("data") or {})}


ACTED = Kind("office.acted", _("%(who)s: %(title)s"), "%(what)s", words=_words)


def tell(post: int, entry: Entry, thing: Any, *, url: str, told: tuple[str, str]) -> None:
    """Tell those who follow a post of an entry signed by it, except whom the event itself told (kind and occasion).

    `told` of many is still being delivered when this is asked; they may then read both.
    """
    kind, occasion = told
    known = Notice.objects.filter(kind=kind, occasion=occasion).values("user")
    followers = User.objects.filter(wanting([f"{FOLLOWED}:{post}"]), is_active=True)
    people = list(followers.exclude(pk__in=known)) if followers.exists() else []
    if people:
        send(
            ACTED,
            people,
            neighbourhood=thing.neighbourhood,
            occasion=f"{entry.subject}:{entry.sequence}",
            url=url or thing.get_absolute_url(),
            params={"who": entry.actor, "title": entry.title, "action": entry.action, "data": entry.data},
            matter=f"{FOLLOWED}:{post}",
        )


def _find(user: Visitor, keys: Collection[int]) -> dict[int, Appointment]:
    """Who holds which post is public; one that has ended is not followed any more."""
    return Appointment.objects.on(clock.today()).select_related("person", "area").in_bulk(list(keys))


register(
    FOLLOWED,
    Followable(
        _("post"),
        _find,
        brings=_(
            "You hear of what is done in this post and stands in the public record, until the post ends."
        ),
    ),
)
make_optional(ACTED.name)
wording.register_subjects({"office": wording.Subject(_("What posts that I follow do"))})
