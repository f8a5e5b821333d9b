"""Saving one page of answers, beside another Django on the same database that does nothing but one INSERT.

Both under Daphne, loaded by the same client over four connections, in turns. `python -m bench._surveys_saving make`
fills the database it is pointed at: one open survey of forty questions, and so many households that have begun.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench._voting_load import Load, form, send
from bench.pages import portal
from bench.report import progress, report
from bench.voting import CONNECTIONS, bare, insert, step

QUESTIONS, HOUSEHOLDS, ROUNDS = 40, 300, 7
CHOICES = ("o0", "o1", "o2")
GOAL = ">= 0.4"


def told(name: str, place: Path, database: str) -> None:
    """The rate of one database."""
    progress(f"answers are saved on {name}")
    said = step(place, database, "make", module="_surveys_saving")
    with portal(place, database) as ours, bare(place, database) as theirs:
        pairs = [
            (save(ours, said, at), insert(theirs, HOUSEHOLDS, follow=False)) for at in range(ROUNDS + 1)
        ][1:]
    if step(place, database, "kept", module="_surveys_saving") != {"kept": HOUSEHOLDS * (ROUNDS + 1)}:
        raise RuntimeError("not all answers were kept")
    rate = median(other.rate for _mine, other in pairs)
    ratio = median(mine.rate / other.rate for mine, other in pairs)
    figure = f"{name}: pages of answers saved, beside a bare INSERT"
    report("surveys", figure, ratio * rate, "a second", limit=rate, goal=GOAL)


def save(port: int, said: dict[str, Any], at: int) -> Load:
    """Everybody answers one question, another choice in each round."""
    path = f"/surveys/{said['survey']}/answer/q{5 + at}/"
    fields = [{"csrfmiddlewaretoken": said["token"], "a": CHOICES[at % 3]} for _each in said["cookies"]]
    return send(
        [form(path, port, cookie, field) for cookie, field in zip(said["cookies"], fields, strict=True)],
        port,
        CONNECTIONS,
    )


# --- in a process of its own ---


def make() -> dict[str, Any]:
    """An open survey without names, its households, and a session of each that has begun with its letter."""
    import django  # noqa: PLC0415 - only here

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - after setup
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from bench._bulk import lay_tables  # noqa: PLC0415
    from bench._voting_data import bare_table  # noqa: PLC0415
    from portal.community.rules import load  # noqa: PLC0415
    from portal.surveys.answering.pages import NAME  # noqa: PLC0415
    from portal.surveys.answering.reading import HELD  # noqa: PLC0415
    from portal.surveys.models import Response, Section  # noqa: PLC0415
    from tests.surveys.factories import add_question, make_survey  # noqa: PLC0415

    lay_tables()
    load()
    bare_table()
    assert NAME == "a"  # what save() sends
    asking = make_survey(homes=HOUSEHOLDS)
    asking.survey.questions.all().delete()
    section = Section.objects.filter(survey=asking.survey)[0]
    five = tuple((f"o{at}", f"选项 {at}") for at in range(5))
    for at in range(1, QUESTIONS + 1):
        add_question(section, "single", f"q{at}", f"问题 {at}", options=five, place=at)
    token, cookies = "x" * 32, []
    for unit in asking.survey.units.all():
        begun = Response.objects.create(survey=asking.survey, unit=unit, version=asking.survey.fingerprint)
        session = SessionStore()
        session[HELD] = {str(asking.pk): [unit.pk, str(begun.pk)]}
        session.create()
        cookies.append(
            f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"
        )
    return {"survey": asking.pk, "cookies": cookies, "token": token}


def kept() -> dict[str, int]:
    """How many answers are kept."""
    import django  # noqa: PLC0415 - as above

    django.setup()
    from portal.surveys.models import Response  # noqa: PLC0415

    return {"kept": sum(len(response.current) for response in Response.objects.all())}


if __name__ == "__main__":
    json.dump({"make": make, "kept": kept}[sys.argv[1]](), sys.stdout)
