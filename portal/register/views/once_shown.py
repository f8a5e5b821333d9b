"""Codes that are shown once: they wait in the session of whoever made them, from one answer to the next."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from portal.register.models import Invitation
from portal.register.services.letters import Letter

SHOWN = "codes"


def keep(request: HttpRequest, letters: Sequence[Letter]) -> None:
    """Let the codes of letters just made wait for the page that shows them; earlier ones are gone."""
    request.session[SHOWN] = [(letter.invitation.pk, letter.code) for letter in letters]


def take(request: HttpRequest) -> list[Letter]:
    """The letters that wait, in their order, once: afterwards no place knows their codes."""
    codes: dict[int, str] = dict(request.session.pop(SHOWN, []))
    made = Invitation.objects.select_related("dwelling__building").in_bulk(list(codes))
    return [Letter(made[pk].dwelling, code, made[pk]) for pk, code in codes.items() if pk in made]
