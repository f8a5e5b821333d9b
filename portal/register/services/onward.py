"""What somebody wanted to do before it was verified where they live, kept until it is: days later it leads there."""

from __future__ import annotations

from portal.community.models import User
from portal.community.web import same_site_path
from portal.kit import clock
from portal.register.models import Onward

LONGEST = Onward._meta.get_field("path").max_length or 0


def keep(user: User, path: str) -> None:
    """Remember the page, in the place of the one before. Nothing for what is no page of this site, or too long."""
    if same_site_path(path) and len(path) <= LONGEST:
        Onward.objects.update_or_create(user=user, defaults={"path": path, "at": clock.now()})


def kept(user: User) -> str:
    """The page that is remembered; empty where there is none."""
    return Onward.objects.filter(user=user).values_list("path", flat=True).first() or ""


def take(person_id: int | None) -> str:
    """The page that the account of a person wanted to go on to, and forget it; empty where there is none."""
    row = Onward.objects.filter(user__person=person_id).first() if person_id else None
    if row is None:
        return ""
    row.delete()
    return row.path
