"""Where the paper of a survey stands: what waits for whom, and whether the check of the answers has to wait for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.surveys.models import Channel, FrameUnit, PaperEntry, Survey
from portal.surveys.paper import codes
from portal.surveys.paper.readings import plain

THERE = Q(withdrawn_at=None)
PENDING = THERE & Q(settled_at=None)
SPOKEN = Q(channel__in=(Channel.PHONE, Channel.COUNTER))
BEGUN = PENDING & Q(first_at=None)
ONCE = PENDING & Q(first_at__isnull=False, second_at=None)
DIFFERING = PENDING & Q(second_at__isnull=False)
SETTLED = THERE & Q(settled_at__isnull=False)
VERSION = re.compile(r"(\d+)[-–](?P<version>[0-9a-f]{8})(?:[-–]\d+)?", re.IGNORECASE)
SHORT = 8
LONGEST_NUMBER = 6


@dataclass(frozen=True)
class Progress:
    """The paper of a survey in numbers."""

    begun: int
    once: int
    differing: int
    settled: int
    withdrawn: int

    @property
    def pending(self) -> int:
        """What was begun and neither counts nor was withdrawn."""
        return self.begun + self.once + self.differing


def progress(survey: Survey) -> Progress:
    """How far it has come, in one query."""
    counted: dict[str, Any] = PaperEntry.objects.filter(survey=survey).aggregate(
        begun=Count("pk", filter=BEGUN),
        once=Count("pk", filter=ONCE),
        differing=Count("pk", filter=DIFFERING),
        settled=Count("pk", filter=SETTLED),
        withdrawn=Count("pk", filter=~THERE),
    )
    return Progress(**counted)


def missing(survey: Survey) -> str:
    """Why the answers cannot be checked yet, in words for the committee; empty where no paper waits."""
    waiting = PaperEntry.objects.filter(PENDING, survey=survey).count()
    if not waiting:
        return ""
    return ngettext(
        "%(number)d questionnaire on paper is not settled yet.",
        "%(number)d questionnaires on paper are not settled yet.",
        waiting,
    ) % {"number": waiting}


def waiting_for(user: User, survey: Survey) -> list[PaperEntry]:
    """What this person can read as the second, the first that came first."""
    found = PaperEntry.objects.filter(ONCE & ~SPOKEN, survey=survey).exclude(first_by=user)
    return list(found.order_by("first_at", "pk")[:1])


def version_of(survey: Survey) -> str:
    """What stands at the foot of each page: the survey and its questions, 12-3fa9c0d1."""
    return f"{survey.pk}-{survey.fingerprint[:SHORT]}"


def require_version(survey: Survey, typed: str) -> str:
    """The version of a form, as typed or scanned from the foot of a page. Raises NotPossible for any other."""
    found = VERSION.fullmatch(plain(typed))
    if found is None:
        raise NotPossible(
            _("This is not what stands at the foot of a page. It looks like %(version)s.")
            % {"version": version_of(survey)}
        )
    if int(found[1][:18]) != survey.pk:
        raise NotPossible(
            _("This paper belongs to another survey, not to “%(title)s”.") % {"title": survey.title}
        )
    if found["version"].lower() != survey.fingerprint[:SHORT]:
        raise NotPossible(
            _(
                "This paper was printed from other questions than those of the survey: the codes on it mean "
                "something else. It cannot be entered. Please ask the household to answer on the right form."
            )
        )
    return version_of(survey)


def unit_named(survey: Survey, typed: str) -> FrameUnit:
    """Whose paper it is: by the code of the letter, or the running number of the list. Raises NotPossible."""
    typed = plain(typed)
    units = FrameUnit.objects.filter(survey=survey).select_related(
        "survey__neighbourhood", "dwelling__building"
    )
    if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER:
        unit = units.filter(number=int(typed)).first()
    else:
        unit = codes.unit_of(typed, survey.neighbourhood)
    if unit is None or unit.survey_id != survey.pk:
        raise NotPossible(
            _(
                "No letter of this survey has this code, and no line of its list this number. Please compare it."
            )
        )
    return unit
