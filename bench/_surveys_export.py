"""The answers of a district's wave as a file: 54,000 answers to 40 questions, how long it takes and how much memory.

`python -m bench._surveys_export make` fills the database it is pointed at and prints the keys of the files asked for.
Each file is then made as the portal makes it, by `manage.py make_survey_export` in a process of its own that loads
models alone (portal/settings_lean.py); the system reports its largest memory, with everything that was loaded. Beside
it stands a process that does no more than read the same answers and write them as lines of JSON (`bare`); and, for what
grows with the answers, the memory of a file of none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from bench.report import progress, report
from portal.kit.apart import LEAN

ANSWERS, QUESTIONS, DIFFERENT = 54_000, 40, 500
MOST_MEMORY = 150
ROOT = Path(__file__).parent.parent


def told(name: str, place: Path, database: str) -> None:
    """The figures of one database."""
    from bench.pages import surroundings  # noqa: PLC0415 - as above

    progress(f"making {ANSWERS:,} answers on {name}")
    measured(name, surroundings(place, database, 0) | {"PORTAL_DATABASE_POOL": "0"})


def measured(name: str, environment: Mapping[str, str]) -> None:
    """Fill the database that the environment names, make a file of each kind, and report."""
    command = [sys.executable, "-m", "bench._surveys_export", "make"]
    made = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    keys, environment = json.loads(made.stdout), {**environment, **LEAN}
    survey = keys.pop("survey")
    _seconds, idle = _file(keys.pop("none"), environment)
    bare, _megabytes = _alone(["-m", "bench._surveys_export", "bare", str(survey)], environment)
    for form, key in keys.items():
        seconds, megabytes = _file(key, environment)
        words = f"{name}: {ANSWERS:,} answers to {QUESTIONS} questions as {form}"
        report("surveys", f"{words}, beside reading and writing them bare", seconds, "s", limit=bare)
        report("surveys", f"{words}, memory of the whole process", megabytes, "MB", goal=f"<= {MOST_MEMORY}")
        report("surveys", f"{words}, memory beside a file of no answers", megabytes, "MB", limit=idle)


def _file(key: int, environment: Mapping[str, str]) -> tuple[float, float]:
    """A file that was asked for, as the portal makes it."""
    return _alone([str(ROOT / "manage.py"), "make_survey_export", str(key)], environment)


def _alone(arguments: list[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds and megabytes of a process of Python; raises RuntimeError where it fails."""
    command = [sys.executable, *arguments]
    start = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command} ended with {child.returncode}")
    return time.perf_counter() - start, used.ru_maxrss / 1024


# --- in a process of its own ---


def make() -> dict[str, int]:
    """A survey with its answers, and a file of each kind asked for."""
    import django  # noqa: PLC0415 - only here

    django.setup()
    from bench._bulk import lay_tables, multiply  # noqa: PLC0415 - after setup
    from portal.community.rules import load  # noqa: PLC0415
    from portal.surveys.models import ExportFile, ExportForm, Response, Section  # noqa: PLC0415
    from portal.surveys.states import ResponseState  # noqa: PLC0415
    from tests.surveys.factories import QUESTIONS as KINDS  # noqa: PLC0415
    from tests.surveys.factories import add_question, make_survey  # noqa: PLC0415

    lay_tables()
    load()
    survey, empty = make_survey().survey, make_survey().survey
    section = Section.objects.filter(survey=survey).last()
    assert section is not None
    for number in range(QUESTIONS - len(KINDS) - 1):
        add_question(section, "demand", f"need-{number}", f"需要 {number}", place=number + 50)
    lot = Random(13)
    Response.objects.bulk_create(
        Response(
            survey=survey, state=ResponseState.HANDED_IN, values=_values(lot), weight=lot.randint(300, 3000)
        )
        for _answer in range(DIFFERENT)
    )
    multiply(Response.objects.filter(survey=survey), ANSWERS // DIFFERENT - 1)
    made = {
        form.value: ExportFile.objects.create(survey=survey, form=form, purpose="bench")
        for form in ExportForm
    }
    none = ExportFile.objects.create(survey=empty, form=ExportForm.CSV, purpose="bench")
    return {"survey": survey.pk, "none": none.pk, **{form: file.pk for form, file in made.items()}}


def bare(survey: int) -> None:
    """Read the answers of a survey, and write them to nowhere as lines of JSON."""
    import django  # noqa: PLC0415 - only here

    django.setup()
    from portal.surveys.models import Response  # noqa: PLC0415 - after setup

    with Path(os.devnull).open("w", encoding="utf-8") as out:
        for values in Response.objects.filter(survey=survey).values_list("values", flat=True).iterator():
            out.write(f"{json.dumps(values, ensure_ascii=False)}\n")


def _values(lot: Random) -> dict[str, Any]:
    needs = {
        f"need-{number}": lot.choice(("needed", "not", "no_view"))
        for number in range(QUESTIONS)
        if lot.random() > 0.05
    }
    return {
        "age": lot.choice(("18-44", "45-59", "60-")),
        "tenure": lot.choice(("owner", "tenant")),
        "elders": "yes",
        "help": lot.sample(("meals", "escort", "none"), 2),
        "clean": lot.randint(1, 5),
        "order": lot.sample(("ramp", "light", "bench"), 3),
        "people": lot.randint(1, 8),
        "since": "2019-05-17",
        "wish": "晚上回来没有车位，孩子放学没有人看",
        "canteen": "needed",
        "satisfied": {"firm": "good", "committee": "bad"},
        **needs,
    }


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare(int(sys.argv[2]))
    else:
        json.dump(make(), sys.stdout)
