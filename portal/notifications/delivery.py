"""News for many: one row says to whom it goes and how far it came, and the periodic work delivers it in slices.

A slice and the note how far it came are one transaction, so a run that dies takes back both; two runs at once never
have the same row in hand; and the notices' own constraint lets nobody be told twice.
"""

from __future__ import annotations

import logging
import time
from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from portal.community.models import User
from portal.kit import clock, periodic
from portal.notifications import told
from portal.notifications.audiences import RULES, Audience
from portal.notifications.kinds import KINDS, Kind
from portal.notifications.models import Channel, Delivery, Notice, Pace, Parcel, Preference, Way

log = logging.getLogger(__name__)
# As many are told in the transaction of the change itself; of more, as many in one transaction of their own.
SLICE = 5_000
# When the news of a day goes out to who wants it so: after the offices have closed, before the evening is over.
DAILY_AT = 18

# SQLite would take ON CONFLICT for part of the join where there is no WHERE.
NOTICES = """
INSERT INTO notifications_notice (
    user_id, by_mail, neighbourhood_id, kind, occasion, params, url, matter, created_at, mail_after, tries
)
SELECT account.*, %s, %s, %s, %s, %s, %s, %s, %s, 0 FROM ({accounts}) AS account WHERE TRUE
ON CONFLICT DO NOTHING
"""


def begin(news: Delivery, to: Iterable[User] | Audience) -> int:
    """Tell those whom a change concerns, in its transaction: at once, or where they are many by a row that is kept.

    Returns how many they are; of an audience that is delivered later about how many.
    """
    if isinstance(to, Audience):
        if to.size > SLICE:
            return _later(news, to.size, rule=to.rule, about=list(to.about))
        return _at_once(news, to.accounts())
    if isinstance(to, QuerySet):
        if (number := to.count()) > SLICE:
            return _later(news, number, people=list(to.order_by("pk").values_list("pk", flat=True)))
        return _at_once(news, to, number)
    people = sorted({user.pk for user in to})
    if len(people) > SLICE:
        return _later(news, len(people), people=people)
    if news.kind in Kind.optional:
        return _at_once(news, User.objects.filter(pk__in=people), len(people))
    told.note(people)
    _write(news, User.objects.filter(pk__in=people))
    return len(people)


def _at_once(news: Delivery, accounts: QuerySet[User], number: int | None = None) -> int:
    _write(news, accounts)
    if told.is_heard():
        people = list(_who_want(news, accounts).values_list("pk", flat=True))
        told.note(people)
        return len(people)
    return accounts.count() if number is None else number


def _later(news: Delivery, number: int, **whom: Any) -> int:
    for name, value in whom.items():
        setattr(news, name, value)
    news.save()
    told.note(later=number)
    return number


def deliver_due() -> int:
    """Deliver what waits, a slice of each in turn, until nothing is left or the time is up. Returns how many slices."""
    until, slices = time.monotonic() + periodic.SECONDS, 0
    waiting = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    while waiting and time.monotonic() < until:
        waiting = [pk for pk in waiting if _delivered(pk)]
        slices += len(waiting)
    return slices


def deliver(pk: int) -> bool:
    """Deliver the next slice of one; whether there may be more. Not where another run has it in hand.

    Who is next is asked before the transaction, in which others who write may have to wait.
    """
    news = Delivery.objects.filter(pk=pk).first()
    return news is not None and _tell(news, _next(news))


@transaction.atomic
def _tell(seen: Delivery, slice_: list[int]) -> bool:
    """Write a slice, unless another run came further since it was asked for, or is about to."""
    rows = Delivery.objects.select_for_update(of=("self",), skip_locked=True)
    news = rows.filter(pk=seen.pk, after=seen.after).first()
    if news is None:
        return False
    if slice_:
        _write(news, User.objects.filter(pk__in=slice_))
    if len(slice_) < SLICE:
        news.delete()
        return False
    news.after = slice_[-1]
    news.save(update_fields=["after"])
    return True


def _delivered(pk: int) -> bool:
    """One that fails is tried again in the next round and holds up no other."""
    try:
        return deliver(pk)
    except Exception:
        log.exception("news %d could not be delivered", pk)
        return False


def _next(news: Delivery) -> list[int]:
    if news.people is not None:
        start = bisect_right(news.people, news.after)
        return list(islice(news.people, start, start + SLICE))
    found = RULES[news.rule](*news.about).filter(pk__gt=news.after)
    return list(found.order_by("pk").values_list("pk", flat=True)[:SLICE])


def _write(news: Delivery, users: QuerySet[User]) -> None:
    """One notice for each of the accounts that has none of this yet: one statement, however many they are."""
    connection = connections[router.db_for_write(Notice)]
    whom = _who_want(news, users)
    mailed = whom.annotate(mailed=_mailed(news.kind)).values_list("pk", "mailed")
    try:
        accounts, known = mailed.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return  # nobody to tell, which the query knows without being asked
    at, said = _moment(news.created_at), connection.ops.adapt_json_value(news.params, None)
    same = [news.neighbourhood_id, news.kind, news.occasion, said, news.url, news.matter, at, at]
    with connection.cursor() as cursor:
        cursor.execute(NOTICES.format(accounts=accounts), [*same, *known])
    if (kind := KINDS.get(news.kind)) and kind.mail:
        _pack(news, kind, whom)


def _who_want(news: Delivery, users: QuerySet[User]) -> QuerySet[User]:
    """Of accounts those who have not switched off news of this kind in the portal; most kinds cannot be."""
    whom = User.objects.filter(pk__in=users.order_by().values("pk")).order_by()
    return whom.exclude(Exists(_choosing("hidden", news.kind))) if news.kind in Kind.optional else whom


def _pack(news: Delivery, kind: Kind, whom: QuerySet[User]) -> None:
    """What goes out by ways that those who are told have chosen: nothing but one question where none has.

    News that is always mailed at once is not mailed once more with the others of the day.
    """
    ways = Way.objects.filter(user__in=whom.values("pk")).exclude(pace=Pace.OFF)
    if kind.urgent:
        ways = ways.exclude(channel=Channel.MAIL)
    else:
        ways = ways.exclude(Exists(_choosing("no_mail", kind.name, "user")))
    mine = Notice.objects.filter(user=OuterRef("user"), kind=news.kind, occasion=news.occasion)
    found = ways.exclude(channel=Channel.MAIL, pace=Pace.AT_ONCE).annotate(
        notice=Subquery(mine.values("pk")[:1])
    )
    Parcel.objects.bulk_create(
        [_parcel(*row, urgent=kind.urgent) for row in found.values_list("notice", "channel", "pace")],
        batch_size=500,
        ignore_conflicts=True,
    )


def _parcel(notice: int, channel: str, pace: str, *, urgent: bool) -> Parcel:
    """What does not wait goes at once by every way that was chosen."""
    daily, now = pace == Pace.DAILY and not urgent, clock.now()
    return Parcel(
        notice_id=notice,
        channel=channel,
        daily=daily,
        created_at=now,
        send_after=day_end(now) if daily else now,
    )


def day_end(now: datetime) -> datetime:
    """When the news of a day goes out, all together."""
    at = clock.at_time(clock.today(), DAILY_AT)
    return at if at > now else at + timedelta(days=1)


def _moment(at: datetime) -> Any:
    return connections[router.db_for_write(Notice)].ops.adapt_datetimefield_value(at)


def _mailed(name: str) -> Combinable:
    """Whether a notice goes out by e-mail too, as a condition on its account."""
    kind = KINDS.get(name)
    if kind is None or not kind.mail:
        return Value(False)
    if kind.urgent:
        return Case(When(email="", then=Value(False)), default=Value(True))
    otherwise = Way.objects.filter(user=OuterRef("pk"), channel=Channel.MAIL).exclude(pace=Pace.AT_ONCE)
    not_so = Exists(_choosing("no_mail", kind.name)) | Exists(otherwise) | Q(email="")
    return Case(When(not_so, then=Value(False)), default=Value(True))


def _choosing(column: str, kind: str, account: str = "pk") -> QuerySet[Preference]:
    """The choice of an account that names this kind of news, or its group, in a column."""
    chosen = Preference.objects.filter(user=OuterRef(account)).annotate(words=Cast(column, TextField()))
    group = kind.partition(".")[0]
    return chosen.filter(Q(words__contains=f'"{kind}"') | Q(words__contains=f'"{group}"'))
