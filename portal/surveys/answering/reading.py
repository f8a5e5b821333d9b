"""Whose answers a device may go on with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from portal.surveys.models import Response

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
