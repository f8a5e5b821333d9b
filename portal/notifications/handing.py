"""Rows on their way to a server: each is claimed, handed over outside any transaction, and settled.

A claim is a time before which nobody else takes the row, so a sender that dies gives it back by itself. A server that
takes nothing costs no try of any row.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from django.db import models, transaction

from portal.kit import clock
from portal.kit.handover import Away, Later, NotTaken, Unclear
from portal.notifications.models import Outgoing

Row = TypeVar("Row", bound=Outgoing)
# After a try of which nobody knows whether it was taken: seldom, because each may come twice; the fifth comes after
# more than a weekend.
UNCLEAR_PAUSES = [timedelta(hours=hours) for hours in (1, 6, 24, 40, 40)]
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=1)


@transaction.atomic
def claim(rows: models.QuerySet[Row], pk: int) -> Row | None:
    """Take one of the rows that are due; None where another sender has it or it was sent meanwhile."""
    row = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if row is None:
        return None
    setattr(row, row.WAITS_UNTIL, clock.now() + row.PAUSES[row.tries])
    row.tries += 1
    row.last_error = ""
    row.save(update_fields=[row.WAITS_UNTIL, "tries", "last_error"])
    return row


def settle(row: Outgoing, answer: NotTaken | None) -> bool:
    """Write down what became of a claimed row; returns whether it was taken.

    What was refused, or perhaps taken, has cost a try. What the server did not take for another reason has not: it is
    due again at once and behind all others, or after as long again as it has waited (5 minutes to an hour).
    """
    now = clock.now()
    changes: dict[str, object] = {"last_error": str(answer or "")}
    match answer:
        case None:
            changes |= row.taken(now)
        case Away():
            changes |= {"tries": row.tries - 1, row.WAITS_UNTIL: now}
        case Later():
            waited = now - row.created_at
            changes |= {
                "tries": row.tries - 1,
                row.WAITS_UNTIL: now + min(max(waited, SHORTEST_WAIT), LONGEST_WAIT),
            }
        case Unclear():
            changes[row.WAITS_UNTIL] = now + UNCLEAR_PAUSES[row.tries - 1]
    type(row)._default_manager.filter(pk=row.pk).update(**changes)
    return answer is None


def requeue(model: type[Outgoing], keys: list[int] | None = None) -> int:
    """Make rows that wait, or were refused too often, due now with all their tries; all of them, or those named.

    Returns how many. Left out is what a sender has in hand (tried, and nothing said yet), what is no news or worth
    nothing any more, and a mail whose text is gone.
    """
    now, rows = clock.now(), model._default_manager.filter(**{model.DONE: None})
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    rows = rows.exclude(tries__gt=0, last_error="", **{f"{model.WAITS_UNTIL}__gt": now})
    fresh = {"tries": 0, model.WAITS_UNTIL: now}
    with transaction.atomic():
        chosen = list(rows.filter(model.worth_sending(now)).select_for_update().values_list("pk", flat=True))
        return model._default_manager.filter(pk__in=chosen).update(**fresh)
