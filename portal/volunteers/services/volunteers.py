"""What a volunteer chooses, and that hours left the portal."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from portal.community.models import Area, User
from portal.community.selectors import person_of, signature
from portal.kit import clock
from portal.record import services as record
from portal.volunteers.events import HOURS_EXPORTED
from portal.volunteers.models import HourQuerySet, HourRecord, Team, Volunteer
from portal.volunteers.permissions import PLACES, TEAMS


@transaction.atomic
def choose(user: User, site_number: str, *, named: bool) -> Volunteer:
    """The number on the city's site, and whether neighbours may read the name. Taken back as easily as given."""
    person = person_of(user)
    Volunteer.objects.get_or_create(person=person)
    chosen = Volunteer.objects.select_for_update().get(person=person)
    chosen.site_number = site_number.strip()
    if not named:
        chosen.named_since = None
    elif chosen.named_since is None:
        chosen.named_since = clock.now()
    chosen.save()
    return chosen


@transaction.atomic
def export(
    user: User, here: Area, since: date, until: date, *, mutual_aid: bool, team: Team | None = None
) -> HourQuerySet:
    """The booked records of some days, for the city's site; that they were taken out stands in the public record.

    Staff and auditors may take out a neighbourhood's, those who keep a team's hours that team's.
    """
    if team is None:
        PLACES.get(user, here.slug, "export")
    else:
        TEAMS.get(user, team.pk, "export")
    found = HourRecord.objects.booked().filter(
        neighbourhood=here, day__range=(since, until), mutual_aid=mutual_aid
    )
    found = found.filter(team=team) if team else found
    record.write(
        here.slug,
        HOURS_EXPORTED.name,
        actor=signature(user, here).name,
        subject=team or here,
        title=team.name if team else here.name,
        data={
            "records": found.count(),
            "minutes": found.minutes(),
            "since": since.isoformat(),
            "until": until.isoformat(),
            "mutual_aid": mutual_aid,
        },
    )
    return found
