"""The entry of a meeting that goes with the mails about its date: calendars take it over and cross it out.

Made when the mail goes out, so it never says what is no longer so. Its name and number are those of the feeds.
"""

from __future__ import annotations

from django.conf import settings

from portal.actions.dates import entries
from portal.meetings.dates import line_of
from portal.meetings.models import Meeting
from portal.notifications.enclosures import Enclosure
from portal.notifications.models import Notice

PUBLISH, CANCEL = "PUBLISH", "CANCEL"


def entry_of(notice: Notice) -> Enclosure | None:
    """The entry as it is now; of a meeting that is put off or called off it takes back what was taken over before.

    None of a meeting that has no date, and had none.
    """
    meeting = Meeting.objects.filter(pk=int(notice.occasion.split(":")[1])).first()
    line = line_of(meeting) if meeting else None
    if line is None:
        return None
    method = CANCEL if line.off else PUBLISH
    organizer = (notice.neighbourhood.name, settings.SERVER_EMAIL)
    text = entries(_whole, [line], method=method, organizer=organizer)
    return Enclosure(f"{line.subject.replace(':', '-')}.ics", text, method)


def _whole(path: str) -> str:
    return str(settings.PORTAL_BASE_URL) + path
