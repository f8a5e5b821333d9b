"""Telling people: rows in the transaction of the change, mail later from the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from portal.community.models import Area, User
from portal.kit import clock
from portal.notifications.kinds import KINDS, Kind, mail_groups
from portal.notifications.models import Notice, Preference

__all__ = ["KINDS", "Kind", "choose_mail", "open_notice", "read_all", "send", "unread"]

# SQLite would take ON CONFLICT for part of the join where there is no WHERE.
NOTICES = """
INSERT INTO notifications_notice (
    user_id, by_mail, neighbourhood_id, kind, occasion, params, url, created_at, mail_after, tries
)
SELECT account.*, %s, %s, %s, %s, %s, %s, %s, 0 FROM ({accounts}) AS account WHERE TRUE
ON CONFLICT DO NOTHING
"""


def send(
    kind: Kind,
    users: Iterable[User],
    *,
    neighbourhood: Area,
    occasion: str,
    url: str,
    params: dict[str, Any] | None = None,
) -> int:
    """Put news into the boxes of `users`, once per (kind, occasion, user). Returns how many were addressed.

    `params` are plain JSON for the kind's words: a name ending in `_at` holds an ISO moment and is read as
    11月28日（周六）14:00, one ending in `_on` an ISO day. Runs in the caller's transaction.
    """
    found = users if isinstance(users, QuerySet) else User.objects.filter(pk__in={user.pk for user in users})
    ops = connections[router.db_for_write(Notice)].ops
    now, told = ops.adapt_datetimefield_value(clock.now()), ops.adapt_json_value(params or {}, None)
    _write(found, _mailed(kind), neighbourhood.pk, kind.name, occasion, told, url, now, now)
    return found.count()


def unread(user: User) -> int:
    """How many notices an account has not opened."""
    return Notice.objects.visible_to(user).unread().count()


def open_notice(user: User, pk: int) -> Notice:
    """Mark one's notice read and return it; raises Notice.DoesNotExist for anybody else's."""
    notice = Notice.objects.visible_to(user).get(pk=pk)
    Notice.objects.filter(pk=pk).unread().update(read_at=clock.now())
    return notice


def read_all(user: User) -> int:
    """Mark all of an account's notices read. Returns how many were not."""
    return Notice.objects.visible_to(user).unread().update(read_at=clock.now())


@transaction.atomic
def choose_mail(user: User, wanted: Iterable[str]) -> Preference:
    """Keep which groups of news an account wants by e-mail; what waits in the outbox follows at once."""
    unwanted = sorted({group for group, _label in mail_groups()} - set(wanted))
    chosen, _new = Preference.objects.update_or_create(user=user, defaults={"no_mail": unwanted})
    kinds = [kind.name for kind in KINDS.values() if kind.group in unwanted]
    Notice.objects.filter(user=user, kind__in=kinds, by_mail=True, mailed_at=None).update(by_mail=False)
    return chosen


def _mailed(kind: Kind) -> Combinable:
    """Whether a notice goes out by e-mail too, as a condition on its account."""
    if not kind.mail:
        return Value(False)
    chosen = Preference.objects.filter(user=OuterRef("pk"))
    words = chosen.annotate(words=Cast("no_mail", TextField()))
    unwanted = words.filter(Q(words__contains=f'"{kind.name}"') | Q(words__contains=f'"{kind.group}"'))
    return Case(When(Exists(unwanted) | Q(email=""), then=Value(False)), default=Value(True))


def _write(users: QuerySet[User], by_mail: Combinable, *same: Any) -> None:
    """One notice for each of the accounts that has none of this yet: one statement, however many they are."""
    connection = connections[router.db_for_write(Notice)]
    told = User.objects.filter(pk__in=users.order_by().values("pk")).order_by()
    mailed = told.annotate(mailed=by_mail).values_list("pk", "mailed")
    try:
        accounts, known = mailed.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return  # nobody to tell, which the query knows without being asked
    with connection.cursor() as cursor:
        cursor.execute(NOTICES.format(accounts=accounts), [*same, *known])
