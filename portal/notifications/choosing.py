"""What an account chose to hear, by which ways and how soon; what waits to go out follows at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from portal.community.models import User
from portal.kit import clock, phones
from portal.notifications.kinds import KINDS, mail_groups, optional_groups
from portal.notifications.models import Channel, Notice, Pace, Parcel, Preference, Way


def ways_of(user: User) -> dict[str, str]:
    """How soon news goes to an account by each way it can use: e-mail, its number, and what it once let in."""
    chosen = dict(Way.objects.filter(user=user).values_list("channel", "pace"))
    first = {Channel.MAIL.value: Pace.AT_ONCE.value}
    if user.phone_verified and phones.mobile(user.phone):
        first[Channel.TEXT.value] = Pace.OFF.value
    return first | chosen


def choices_of(user: User) -> Preference:
    """The groups an account does not want, as they are kept; of somebody who chose nothing a row that is not kept."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def is_mailed(user: User, group: str) -> bool:
    """Whether an account gets a group of news outside the portal."""
    return group not in choices_of(user).no_mail


@transaction.atomic
def choose_groups(user: User, wanted: Iterable[str], hidden: Iterable[str] = ()) -> Preference:
    """Keep which groups go out of the portal, and which are not even wanted in it."""
    unwanted = sorted({group for group, _label in mail_groups()} - set(wanted))
    off = sorted({group for group, _label in optional_groups()} & set(hidden))
    chosen, _new = Preference.objects.update_or_create(
        user=user, defaults={"no_mail": unwanted, "hidden": off}
    )
    kinds = [kind.name for kind in KINDS.values() if kind.group in unwanted and not kind.urgent]
    Notice.objects.filter(user=user, kind__in=kinds, by_mail=True, mailed_at=None).update(by_mail=False)
    Parcel.objects.filter(notice__user=user, notice__kind__in=kinds, sent_at=None).delete()
    return chosen


@transaction.atomic
def choose_ways(user: User, paces: Mapping[str, str]) -> None:
    """Keep how soon news goes by each of these ways."""
    for channel, pace in paces.items():
        Way.objects.update_or_create(user=user, channel=channel, defaults={"pace": pace})
        _follow(user, channel, pace)


@transaction.atomic
def stop_group(user: User, group: str) -> None:
    """One group of news less outside the portal."""
    kept = choices_of(user)
    choose_groups(user, {name for name, _label in mail_groups()} - {*kept.no_mail, group}, kept.hidden)


def _follow(user: User, channel: str, pace: str) -> None:
    """What waits already: it goes at once, or not at all; what shall go with the others of the day goes as it is."""
    waiting = Parcel.objects.filter(notice__user=user, channel=channel, sent_at=None)
    if pace == Pace.OFF:
        waiting.delete()
    elif pace == Pace.AT_ONCE:
        waiting.filter(daily=True).update(daily=False, send_after=clock.now())
    if channel == Channel.MAIL and pace == Pace.OFF:
        urgent = [kind.name for kind in KINDS.values() if kind.urgent]
        mails = Notice.objects.filter(user=user, by_mail=True, mailed_at=None)
        mails.exclude(kind__in=urgent).update(by_mail=False)
