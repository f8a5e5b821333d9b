"""Whose answers a device, or whoever is signed in, may go on with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from portal.surveys.answering.permissions import SURVEYS
from portal.surveys.course.frame import unit_for
from portal.surveys.models import FrameUnit, Response, Survey

HELD = "surveys"


@dataclass(frozen=True)
class Held:
    """What a device remembers of one survey: for whom it answers, and under which key the answers are."""

    unit: int
    response: str

    def stub(self, survey_pk: int) -> Response:
        """The answers by their key, unread; the services read and lock them."""
        return Response(pk=UUID(self.response), survey_id=survey_pk, unit_id=self.unit)


def held_by(request: HttpRequest, survey_pk: int) -> Held | None:
    """What this device holds of a survey."""
    found: Any = request.session.get(HELD, {}).get(str(survey_pk))
    return Held(*found) if found else None


def hold(request: HttpRequest, response: Response) -> None:
    """Remember on this device (in the session, never in an address) whose answers it goes on with."""
    own = dict(request.session.get(HELD, {}))
    own[str(response.survey_id)] = [response.unit_id, str(response.pk)]
    request.session[HELD] = own


def let_go(request: HttpRequest, survey_pk: int, unit_pk: int) -> None:
    """Remember only for whom was answered: these answers are not gone on with from here."""
    own = dict(request.session.get(HELD, {}))
    own[str(survey_pk)] = [unit_pk, ""]
    request.session[HELD] = own


def found_by(request: HttpRequest, survey: Survey) -> Response | None:
    """The answers this device, or by name whoever is signed in, goes on with."""
    known = Response.objects.select_related("survey__neighbourhood")
    held = held_by(request, survey.pk)
    if held and held.response and (found := known.filter(pk=held.response, unit=held.unit).first()):
        return found
    if not (survey.is_named and request.user.is_authenticated):
        return None
    unit = unit_for(request.user, survey)
    # What another member of the household wrote is that member's, also by name.
    return known.filter(unit=unit, account_id=request.user.pk).first() if unit else None


def unit_by(request: HttpRequest, survey: Survey) -> FrameUnit | None:
    """For whom this device, or whoever is signed in, answers."""
    held = held_by(request, survey.pk)
    if held:
        return FrameUnit.objects.filter(pk=held.unit, survey=survey).first()
    return unit_for(request.user, survey)


def own_by(request: HttpRequest, pk: int) -> Response | None:
    """The answers to write to: by what the device holds they are not even read here, the services do."""
    held = held_by(request, pk)
    if held and held.response:
        return held.stub(pk)
    if held:
        return Response(survey_id=pk, unit_id=None)
    return found_by(request, SURVEYS.open(request, pk))
