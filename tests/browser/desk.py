"""What many neighbours do at once, by the services: python -m tests.browser.desk VOTE [silent]."""

from __future__ import annotations

import os
import sys
import time

import django

from tests.browser import clockwork

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
clockwork.move()
django.setup()
# Whatever imports models comes after this line.

from django.db import transaction  # noqa: E402

from portal.voting import services  # noqa: E402
from portal.voting.models import RollEntry, Vote  # noqa: E402
from portal.voting.services.sealed import cast_open  # noqa: E402

SHARE, FOR, AGAINST = 80, 70, 20  # of a hundred owners; of a hundred voters
AT_ONCE = 40
PAUSE = 0.1  # in which others get at the database


def cast(vote: int) -> None:
    """Most owners vote, most of them for it; whoever has voted already is left alone."""
    silent = RollEntry.objects.filter(vote=vote, ballot=None).exclude(person__user=None)
    entries = [
        entry for entry in silent.select_related("person__user", "vote") if entry.number * 17 % 100 < SHARE
    ]
    for start in range(0, len(entries), AT_ONCE):
        with transaction.atomic():
            for entry in entries[start : start + AT_ONCE]:
                _cast(entry, _choice(entry.number * 61 % 100))
        time.sleep(PAUSE)


def silent(vote: int) -> str:
    """The code of a line that has not voted."""
    return RollEntry.objects.filter(vote=vote, ballot=None)[0].label


def _cast(entry: RollEntry, choice: str) -> None:
    """A signed ballot as it is chosen; in a secret election most are for the first candidate."""
    vote: Vote = entry.vote
    if vote.secret:
        cast_open(entry.person.user, vote.pk, "o1" if choice == "for" else "o2", line=entry.number)
    else:
        services.cast(entry.person.user, vote.pk, choice)


def _choice(luck: int) -> str:
    return "for" if luck < FOR else "against" if luck < FOR + AGAINST else "abstain"


if __name__ == "__main__":
    if sys.argv[2:] == ["silent"]:
        sys.stdout.write(silent(int(sys.argv[1])))
    else:
        cast(int(sys.argv[1]))
