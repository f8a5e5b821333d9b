"""A code that is shown once: it waits in the session of whoever made it, from one answer to the next."""

from __future__ import annotations

from django.http import HttpRequest

from portal.register.models import Invitation
from portal.register.services import letters
from portal.register.services.letters import Letter

SHOWN = "codes"


def keep(request: HttpRequest, letter: Letter) -> None:
    """Let a code just made wait for the page that shows it; not itself, only what it follows from."""
    request.session[SHOWN] = (letter.invitation.pk, letter.salt)


def take(request: HttpRequest) -> Letter | None:
    """The letter that waits, once: afterwards no place knows its code."""
    pk, salt = request.session.pop(SHOWN, (None, ""))
    made = Invitation.objects.select_related("dwelling__building").filter(pk=pk).first()
    return letters.read_again(made, salt) if made else None
