"""The people of the check-in benchmark: a shift that is under way, and volunteers who have a place and a session.

`python -m bench._volunteers_people make 300` fills the database, `… count` tells how many came. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after setup

from bench._pages_data import cookie_of  # noqa: E402
from bench._voting_data import bare_table, settle  # noqa: E402
from portal.community.models import Dwelling  # noqa: E402
from portal.community.rules import load  # noqa: E402
from portal.kit import clock  # noqa: E402
from portal.management.commands.serve import collect_changed_static_files  # noqa: E402
from portal.volunteers.models import Attendance, Shift, Signup  # noqa: E402
from portal.volunteers.states import SignupState  # noqa: E402
from tests import factories  # noqa: E402
from tests.volunteers.factories import make_activity, make_crew, make_shift  # noqa: E402

HOMES = 20


def make(number: int) -> dict[str, Any]:
    """A shift of many hours that began just now."""
    call_command("migrate", verbosity=0)
    collect_changed_static_files()
    bare_table()
    load()
    crew = make_crew()
    start = clock.now() - timedelta(minutes=5)
    shift = make_shift(
        make_activity(crew), starts_at=start, length=timedelta(hours=6), slots=number, taken=number
    )
    building = factories.make_building(parent=crew.here)
    homes: list[Dwelling] = [factories.make_dwelling(within=building) for _home in range(HOMES)]
    users = [factories.make_resident(dwelling=homes[at % HOMES]) for at in range(number)]
    Signup.objects.bulk_create(
        Signup(shift=shift, person=factories.person_of(user), state=SignupState.ACCEPTED) for user in users
    )
    settle()
    return {"shift": shift.pk, "secret": shift.secret, "cookies": [cookie_of(user) for user in users]}


def count() -> dict[str, int]:
    """How many are noted as come, and that the shift's places are as they were."""
    shift = Shift.objects.get()
    return {"there": Attendance.objects.filter(signup__shift=shift).count(), "taken": shift.taken}


if __name__ == "__main__":
    print(json.dumps(make(int(sys.argv[2])) if sys.argv[1] == "make" else count()))
