"""What time does: reminds of court confirmation once, and finds somebody for files that nobody carries out."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists

from portal.actions.events import notify
from portal.community.rules import rule
from portal.duties.tick import job
from portal.kit import clock
from portal.meetings.coordination.events import CONFIRM_SOON
from portal.meetings.coordination.selectors import accounts, in_office
from portal.meetings.coordination.services.after import find_for
from portal.meetings.models import Coordination
from portal.meetings.states.coordination import CoordinationState as C
from portal.record.services import key

IN_EFFECT = (C.AGREEMENT_SIGNED, C.PERFORMING)
# No rule lets the days last longer; older agreements are not looked at.
AT_MOST = timedelta(days=91)


@job
def remind_of_confirmation() -> None:
    """Remind the parties of agreements in effect of the last day, once each."""
    sealed = Coordination.objects.filter(state__in=IN_EFFECT, sealed_at__gt=clock.now() - AT_MOST)
    for meeting in sealed.select_related("neighbourhood"):
        until = meeting.confirm_until
        ahead = timedelta(days=rule("coordination.confirm_reminder_days", meeting.neighbourhood))
        if until and until - ahead <= clock.today() <= until:
            once = f"{key(meeting)}:{meeting.agreement_hash[:12]}"
            notify(CONFIRM_SOON, meeting, accounts(meeting), once_per=once, until_on=until.isoformat())


@job
def find_somebody() -> None:
    """Pass files whose worker left, while nobody could take over, to the first of the committee who can."""
    left = Coordination.objects.filter(~Exists(in_office()), closed_at=None).values_list("pk", flat=True)
    for pk in left:
        with transaction.atomic():
            find_for(pk)
