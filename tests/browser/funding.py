"""What of a round is not done in a browser: python -m tests.browser.funding rivals|crowd NUMBER.

`rivals CALL`: two other groups of neighbours hand in. `crowd VOTE`: forty neighbours vote.
"""

from __future__ import annotations

import os
import sys

import django

from tests.browser import clockwork

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
clockwork.move()
django.setup()
# Whatever imports models comes after this line.

from django.db import transaction  # noqa: E402

from portal.community.models import Area, User  # noqa: E402
from portal.demo.stories.funds_projects import AUTUMN, applied  # noqa: E402
from portal.demo.world import NO_PASSWORD, World  # noqa: E402
from portal.funds.models import Application, Call  # noqa: E402
from portal.voting.models import RollEntry  # noqa: E402
from portal.voting.services.sealed import cast_open  # noqa: E402
from tests.browser.funding_words import RIVALS  # noqa: E402

MANY = 40


def world() -> World:
    """The places and people there are."""
    users = User.objects.select_related("person").order_by("pk")
    return World(
        Area.objects.get(slug="tianxin"),
        Area.objects.get(slug="tianxin-garden"),
        {one.username: one for one in users.exclude(password=NO_PASSWORD)},
        list(users.filter(password=NO_PASSWORD)),
    )


@transaction.atomic
def rivals(pk: int) -> None:
    """Written in all their parts, with two neighbours each who say yes."""
    here, call = world(), Call.objects.get(pk=pk)
    wanted = [one for one in AUTUMN if one.title in RIVALS]
    for place, project in enumerate(wanted):
        applied(here, call, project, 300 + 2 * place)


@transaction.atomic
def crowd(pk: int) -> None:
    """Sealed ballots of neighbours whom nobody signs in as: all tick the project, some of them another one."""
    entries = RollEntry.objects.filter(vote=pk, ballot=None, person__user__password=NO_PASSWORD)
    options = {
        one.title: one.option for one in Application.objects.filter(call__vote=pk) if one.title in RIVALS
    }
    own = Application.objects.filter(call__vote=pk).exclude(title__in=RIVALS).get().option
    for place, entry in enumerate(entries.select_related("person__user").order_by("-number")[:MANY]):
        chosen = [options[title] for title, every in RIVALS.items() if place % every == 0]
        cast_open(entry.person.user, pk, ",".join(sorted([own, *chosen])))


if __name__ == "__main__":
    {"rivals": rivals, "crowd": crowd}[sys.argv[1]](int(sys.argv[2]))
