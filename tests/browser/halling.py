"""What of meetings is not done in a browser: python -m tests.browser.halling topic TITLE | crowd DRAW | door MEETING.

`topic`: raised and accepted, so that it is talked over when its notice has ended; prints its key. `crowd`: neighbours
without a password sign up for the seats of one group. `door`: prints where the code at the door leads.
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

from portal.deliberation.models import Category, Matter  # noqa: E402
from portal.demo.stories import steps  # noqa: E402
from portal.meetings.live import doorcodes  # noqa: E402
from portal.meetings.lots import services as lots  # noqa: E402
from portal.meetings.models import Tenure  # noqa: E402
from tests.browser.funding import world  # noqa: E402
from tests.browser.hall_words import CROWD, NEAR  # noqa: E402
from tests.browser.seeds import raise_topic  # noqa: E402


@transaction.atomic
def topic(title: str) -> int:
    """A matter of the owners, raised by the director."""
    here = world()
    raised = raise_topic(here, "wang", title, "去地铁站少走六百米。")
    steps.accept(here, raised, Matter.NEIGHBOURHOOD, Category.ELDER)
    return raised.pk


@transaction.atomic
def crowd(draw: str) -> int:
    """Every fortieth neighbour wants to speak for those who live beside the gate."""
    for user in world().neighbours[::40][:CROWD]:
        lots.volunteer(user, int(draw), group=NEAR, age="", sex="", tenure=Tenure.OWNER)
    return CROWD


def door(meeting: str) -> str:
    """The path behind the code on the hall's screen."""
    return doorcodes.address_of(int(meeting))


if __name__ == "__main__":
    sys.stdout.write(str({"topic": topic, "crowd": crowd, "door": door}[sys.argv[1]](sys.argv[2])))
