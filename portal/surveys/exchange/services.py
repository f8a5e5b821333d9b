"""Asking for a file of answers; it is kept who asked, in which post and what for."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from portal.community.models import User
from portal.kit import clock
from portal.surveys import looks
from portal.surveys.exchange import exports
from portal.surveys.exchange.permissions import EXPORTS
from portal.surveys.kept import require_kept
from portal.surveys.models import ExportFile

# So many rows are written while the page waits; more are written by the periodic work.
AT_ONCE = 1000
# A file lies so long; whoever needs it longer has it by then.
KEPT = timedelta(days=7)


@transaction.atomic
def ask(user: User, pk: int, *, form: str, earlier: bool, purpose: str) -> ExportFile:
    """Ask for a file. Raises Http404, PermissionDenied, NotPossible.

    A short one is there when the transaction is over; a long one is made by the periodic work, and its page says how
    far it is.
    """
    survey = EXPORTS.take(user, pk, "export")
    require_kept(survey)
    total = exports.counted(survey, earlier=earlier)
    file = ExportFile.objects.create(
        survey=survey, asked_by=user, form=form, earlier=earlier, purpose=purpose, total=total
    )
    looks.write_down(user, survey, f"{file.ending}: {purpose}")
    if total <= AT_ONCE:
        transaction.on_commit(lambda: exports.make(file))
    return file


def take_away() -> None:
    """Files that lay long enough go; that they were asked for is kept."""
    for file in ExportFile.objects.filter(gone_at=None, asked_at__lt=clock.now() - KEPT):
        exports.path_of(file).unlink(missing_ok=True)
        ExportFile.objects.filter(pk=file.pk).update(gone_at=clock.now())
