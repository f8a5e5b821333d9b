"""Telling people: rows in the transaction of the change, mail later from the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from portal.community.models import Area, User
from portal.notifications.models import Notice, Preference

KINDS: dict[str, Kind] = {}


@dataclass(frozen=True)
class Kind:
    """A kind of news: its name, and the words with %(named)s parameters. Declared once by the app that sends it."""

    name: str
    title: str | Promise
    body: str | Promise = ""
    mail: bool = True

    def __post_init__(self) -> None:
        KINDS[self.name] = self


def send(
    kind: Kind,
    users: Iterable[User],
    *,
    neighbourhood: Area,
    occasion: str,
    url: str,
    params: dict[str, Any] | None = None,
) -> int:
    """Put news into the boxes of `users`, once per (kind, occasion, user). Returns how many accounts were addressed.

    `params` are plain JSON for the kind's words. Runs in the caller's transaction.
    """
    people = list({user.pk: user for user in users}.values())
    unwanted = _without_mail(kind, people)
    Notice.objects.bulk_create(
        [
            Notice(
                user=user,
                neighbourhood=neighbourhood,
                kind=kind.name,
                occasion=occasion,
                params=params or {},
                url=url,
                by_mail=kind.mail and bool(user.email) and user.pk not in unwanted,
            )
            for user in people
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    return len(people)


def _without_mail(kind: Kind, people: list[User]) -> set[int]:
    chosen = Preference.objects.filter(user__in=people).values_list("user_id", "no_mail")
    return {user for user, names in chosen if kind.name in names}
