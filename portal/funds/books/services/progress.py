"""Telling how far a project is, with photos, at least every three months (L15 art. 79); taken down with its trace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, each_time, log
from portal.community import uploads
from portal.community.models import User
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.duties.models import Duty
from portal.funds.books import events
from portal.funds.books.permissions import GRANTS, NOTES
from portal.funds.books.wording import PROGRESS
from portal.funds.models import Grant, ProgressNote
from portal.funds.states import UNDER_WAY
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key

MOST_PHOTOS = 6
Files = Iterable[UploadedFile[Any]]


@transaction.atomic
def write_progress(user: User, pk: int, text: str, photos: Files = (), shows: str = "") -> ProgressNote:
    """Tell how far a project is, for everybody to read. The next note is owed `progress_months` from today on.

    `shows`: what the photos show, for those who cannot see them. Raises NotPossible for a file that is no picture.
    """
    grant = GRANTS.take(user, pk, "write_progress")
    note = ProgressNote.objects.create(grant=grant, text=text.strip(), by=user)
    alt = shows.strip() or _("Photo of the project: %(title)s") % {"title": grant.title}
    kept = [uploads.accept(user, grant.neighbourhood, file, alt) for file in photos]
    if not all(one.is_image for one in kept):
        raise NotPossible(_("Only photos stand beside a progress note. Papers belong to the receipts."))
    uploads.publish(kept)
    note.photos.set(kept)
    duties.close(PROGRESS, grant, by=user)
    grant.next_report_on = None
    grant.save(update_fields=["next_report_on"])
    ask_for_progress(grant)
    log(events.TOLD, grant, by=user)
    return note


@transaction.atomic
def take_down(user: User, pk: int, reason: str) -> ProgressNote:
    """Show a note and its photos no more; that there was one, who took it down and why stays to be read."""
    note = NOTES.take(user, pk, "take_down")
    if note.taken_down:
        raise NotPossible(_("This note was taken down already."))
    note.taken_down, note.taken_down_at, note.taken_down_by = reason.strip()[:200], clock.now(), user
    note.save(update_fields=["taken_down", "taken_down_at", "taken_down_by"])
    uploads.withdraw(note.photos.all())
    announce(
        events.TAKEN_DOWN,
        note.grant,
        by=user,
        to=[note.by] if note.by_id != user.pk else [],
        data={"reason": note.taken_down},
        url=note.get_absolute_url(),
        reason=note.taken_down,
    )
    return note


@transaction.atomic
def put_back(user: User, pk: int) -> ProgressNote:
    """Show a note again that was taken down. NotPossible: it was not."""
    note = NOTES.take(user, pk, "put_back")
    if not note.taken_down:
        raise NotPossible(_("This note was not taken down."))
    note.taken_down, note.taken_down_at, note.taken_down_by = "", None, None
    note.save(update_fields=["taken_down", "taken_down_at", "taken_down_by"])
    uploads.publish(note.photos.all())
    to = [note.by] if note.by_id != user.pk else []
    announce(
        events.PUT_BACK, note.grant, by=user, to=to, once_per=each_time(note), url=note.get_absolute_url()
    )
    return note


def ask_for_progress(grant: Grant) -> None:
    """Let the next note be owed by whoever leads a project under way, and by nobody where it is not.

    Where its day went by while nobody owed it, as while the project was suspended, it is owed anew from today on.
    """
    if grant.state not in UNDER_WAY:
        duties.drop(grant, PROGRESS)
        return
    if Duty.objects.active().about(key(grant)).filter(kind=PROGRESS).exists():
        return
    if grant.next_report_on is None or grant.next_report_on < clock.today():
        grant.next_report_on = _next_day(grant)
        grant.save(update_fields=["next_report_on"])
    due = Deadline(clock.end_of(grant.next_report_on))
    duties.open_duty(PROGRESS, grant, due=due, person=grant.application.lead)


def _next_day(grant: Grant) -> date:
    """Some months from today, but not after the day the project is to be finished, while that is to come."""
    today = clock.today()
    asked = clock.months_after(today, grant.application.call.progress_months)
    return min(asked, grant.ends_on) if grant.ends_on and grant.ends_on > today else asked
