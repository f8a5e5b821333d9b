"""Teams and their activities, who came, the hours that were booked, and what was certified."""

from __future__ import annotations

from portal.volunteers.models.activities import Activity, ActivityQuerySet, Shift, ShiftQuerySet
from portal.volunteers.models.certificates import Certificate, CertificateLine
from portal.volunteers.models.choices import ActivityKind, Finding, How, Source, TeamRole, Visibility
from portal.volunteers.models.hours import HourDispute, HourQuerySet, HourRecord
from portal.volunteers.models.signups import Attendance, Signup, SignupQuerySet
from portal.volunteers.models.teams import Membership, Team, Volunteer

__all__ = [
    "Activity",
    "ActivityKind",
    "ActivityQuerySet",
    "Attendance",
    "Certificate",
    "CertificateLine",
    "Finding",
    "HourDispute",
    "HourQuerySet",
    "HourRecord",
    "How",
    "Membership",
    "TeamRole",
    "Shift",
    "ShiftQuerySet",
    "Signup",
    "SignupQuerySet",
    "Source",
    "Team",
    "Visibility",
    "Volunteer",
]
