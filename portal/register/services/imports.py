"""Rosters from being handed in to what became of them: at once, or after a second person has looked at them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import notify
from portal.actions.lifecycles import advance
from portal.community.models import Area, Post, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, post_users
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register.brakes import stops
from portal.register.differences import Choices
from portal.register.events import ROSTER_CONFIRMED, ROSTER_EXPIRED, ROSTER_TURNED_DOWN, ROSTER_WAITS
from portal.register.models import Import
from portal.register.permissions import IMPORTS
from portal.register.services import desk
from portal.register.services.roster import (
    File,
    Summary,
    compare_as_shown,
    count,
    import_roster,
    require_other,
)
from portal.register.states import ImportState

DUTY = "roster.confirm"


@transaction.atomic
def hand_in(
    user: User | None,
    neighbourhood: Area,
    file: File,
    *,
    digest: str,
    skip_bad: bool = False,
    choices: Choices | None = None,
    second: User | None = None,
) -> tuple[Import, Summary]:
    """Bring a roster in as it was shown; where too much would change, let it wait for a second person.

    `second`: who has looked at it already (the command's --confirm-by). Raises NotPossible as `import_roster` does; of
    a waiting roster nothing is changed, and it expires after rule roster.waits_days.
    """
    choices = choices or Choices()
    kept = Import(
        neighbourhood=neighbourhood,
        name=file.name[:200],
        sha256=file.sha256,
        as_of=file.as_of,
        by=user,
        skip_bad=skip_bad,
        choices=choices.to_keep(),
        digest=digest,
    )
    if user is not None and second is None and (waits := _let_wait(user, kept, file, choices)):
        return waits, Summary(0, 0, 0)
    done = import_roster(
        user,
        neighbourhood,
        file.roster,
        skip_bad=skip_bad,
        expected=digest,
        as_of=file.as_of,
        choices=choices,
        second=second,
        kept=kept,
    )
    return kept, done


def _let_wait(user: User, kept: Import, file: File, choices: Choices) -> Import | None:
    """The import, with its duty, where a second person has to confirm it; None where nobody has to."""
    here = desk.at_desk(user, kept.neighbourhood, "roster")
    comparison = compare_as_shown(here, file.roster, kept.digest, as_of=kept.as_of, choices=choices)
    found = stops(here, comparison)
    bad = file.roster.problems or comparison.problems
    if not found or (bad and not kept.skip_bad):
        return None
    if Import.objects.filter(neighbourhood=here, state=ImportState.WAITING, sha256=kept.sha256).exists():
        raise NotPossible(_("This file waits for a second person already."))
    kept.state, kept.content = ImportState.WAITING, file.content
    kept.stops = [stop.to_keep() for stop in found]
    count(kept, file.roster, comparison)
    kept.choices |= {"asked": {str(one.entry.line): one.stand for one in comparison.asked}}
    kept.expires_at = clock.now() + timedelta(days=rule("roster.waits_days", here))
    kept.save()
    due = add_working_days(clock.now(), rule("roster.confirm_working_days", here))
    duty = duties.open_duty(DUTY, kept, due=due, post=Post.WORKER)
    told = {account.pk: account for account in [*duties.listeners(duty), *post_users(Post.DIRECTOR, here)]}
    others = [account for account in told.values() if account.pk != user.pk]
    notify(ROSTER_WAITS, kept, others, once_per=key(kept), due_at=duty.due_at.isoformat())
    return kept


@transaction.atomic
def confirm(user: User, pk: int, digest: str, **typed: Any) -> Import:
    """A second person has looked at a waiting roster: it is brought in, as the second person was shown it.

    Raises NotPossible for whoever handed it in, where the neighbourhood has changed since it was shown, and where the
    desk has changed something since that nobody was asked about.
    """
    kept = IMPORTS.take(user, pk, "confirm")
    require_other(user, kept.by, kept.neighbourhood)
    file = waiting_file(kept)
    _decide(kept, ImportState.DONE, user, content=b"")
    import_roster(
        kept.by,
        kept.neighbourhood,
        file.roster,
        skip_bad=kept.skip_bad,
        expected=digest,
        as_of=kept.as_of,
        choices=Choices.of(kept.choices),
        second=user,
        kept=kept,
    )
    notify(ROSTER_CONFIRMED, kept, accounts_of(_author(kept)), once_per=key(kept))
    return kept


@transaction.atomic
def turn_down(user: User, pk: int, reason: str) -> Import:
    """Turn a waiting roster down, also one's own; whoever handed it in reads why. Nothing was changed."""
    kept = IMPORTS.take(user, pk, "turn_down")
    _decide(kept, ImportState.TURNED_DOWN, user, content=b"", reason=reason)
    if kept.by_id != user.pk:
        notify(ROSTER_TURNED_DOWN, kept, accounts_of(_author(kept)), once_per=key(kept), reason=reason)
    return kept


def waiting_file(kept: Import) -> File:
    """The file of a waiting import, exactly as it was handed in. Raises NotPossible where it is another."""
    file = File(kept.name, bytes(kept.content), kept.as_of)
    if file.sha256 != kept.sha256:
        raise NotPossible(_("The file is not there any more. Please choose it again."))
    return file


def expire() -> None:
    """Waiting rosters that nobody confirmed in time: the file goes, and whoever handed it in is told."""
    late = Import.objects.filter(state=ImportState.WAITING, expires_at__lte=clock.now())
    for pk in list(late.values_list("pk", flat=True)[:100]):
        _expire(pk)


@transaction.atomic
def _expire(pk: int) -> None:
    locked = Import.objects.select_for_update(of=("self",)).select_related("by", "neighbourhood")
    kept = locked.filter(pk=pk, state=ImportState.WAITING).first()
    if kept is not None:
        advance(kept, ImportState.EXPIRED, content=b"")
        duties.drop(kept)
        notify(ROSTER_EXPIRED, kept, accounts_of(_author(kept)), once_per=key(kept))


def _decide(kept: Import, to: ImportState, user: User, **changes: Any) -> None:
    advance(kept, to, decided_by=user, decided_at=clock.now(), **changes)
    duties.close(DUTY, kept, by=user)


def _author(kept: Import) -> int | None:
    return kept.by.person_id if kept.by else None
