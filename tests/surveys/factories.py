"""A survey with a question of each kind, its frame, and answers. What is not named gets a plain default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.community.models import Area, Dwelling, User
from portal.community.permissions import Role
from portal.kit import clock
from portal.surveys import indexing
from portal.surveys.definition import definition_of
from portal.surveys.models import (
    DEMAND_CHOICES,
    KINDS,
    Channel,
    FrameUnit,
    Mode,
    Option,
    Question,
    Response,
    Section,
    Survey,
    Unit,
)
from portal.surveys.states import ResponseState, SurveyState
from tests.factories import (
    make_building,
    make_dwelling,
    make_neighbourhood,
    make_resident,
    make_user,
    number,
    person_of,
)
from tests.worlds import kept

AGES = (("18-44", "18–44 岁"), ("45-59", "45–59 岁"), ("60-", "60 岁以上"))
YES_NO = (("yes", "有"), ("no", "没有"))
# Kind, key, text, options, and what else the question says.
QUESTIONS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...], dict[str, Any]], ...] = (
    ("single", "age", "您的年龄", AGES, {"background": "age", "required": True}),
    ("single", "tenure", "您是", (("owner", "业主"), ("tenant", "租户")), {"background": "tenure"}),
    ("single", "elders", "家里有 60 岁以上的老人吗", YES_NO, {"required": True}),
    (
        "multiple",
        "help",
        "老人最需要哪几样",
        (("meals", "助餐"), ("escort", "陪诊"), ("none", "都不需要")),
        {"condition": {"is": ["elders", "yes"]}, "most": 2},
    ),
    ("scale", "clean", "小区干净吗", (), {"least": 1, "most": 5, "low": "很脏", "high": "很干净"}),
    (
        "ranking",
        "order",
        "请按先后排一排",
        (("ramp", "坡道"), ("light", "路灯"), ("bench", "长椅")),
        {"most": 3},
    ),
    ("number", "people", "家里几口人", (), {"least": 1, "most": 20, "measure": "人"}),
    ("date", "since", "哪天搬来的", (), {}),
    ("short_text", "place", "常去的地方", (), {}),
    ("long_text", "wish", "还想说的话", (), {}),
    ("demand", "canteen", "老人助餐点", (), {"group": "养老"}),
    ("demand", "charging", "电动车充电插座", (), {"group": "停车"}),
)


@dataclass
class Asking:
    """A survey, whoever runs it, and somebody who lives there."""

    here: Area
    survey: Survey
    worker: User
    director: User
    resident: User
    home: Dwelling

    @property
    def pk(self) -> int:
        """The key of the survey."""
        return self.survey.pk


@kept
def make_survey(
    here: Area | None = None,
    *,
    mode: Mode = Mode.ANONYMOUS,
    unit: Unit = Unit.HOUSEHOLD,
    state: SurveyState = SurveyState.OPEN,
    homes: int = 3,
) -> Asking:
    """A survey with twelve questions in two sections and a matrix; open since a day, for two weeks."""
    here = here or make_neighbourhood()
    building = make_building(parent=here)
    dwellings = [make_dwelling(within=building, room=str(101 + floor)) for floor in range(homes)]
    worker, director = (make_user(role, neighbourhood=here) for role in (Role.WORKER, Role.DIRECTOR))
    resident = make_resident(dwelling=dwellings[0])
    now = clock.now()
    opened = state not in (SurveyState.DRAFT, SurveyState.APPROVED, SurveyState.PILOTED)
    survey = Survey.objects.create(
        neighbourhood=here,
        title="2026 年秋季社区居民需求问卷",
        mode=mode,
        unit=unit,
        state=state,
        threshold=30,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=14),
        opened_at=now - timedelta(days=1) if opened else None,
        frozen_at=now - timedelta(days=1) if opened else None,
        fingerprint="f" * 64 if opened else "",
        salt="0" * 64,
        created_by=person_of(director),
    )
    add_questions(survey)
    for place, dwelling in enumerate(dwellings, 1):
        FrameUnit.objects.create(survey=survey, number=place, dwelling=dwelling)
    return Asking(here, survey, worker, director, resident, dwellings[0])


def add_questions(survey: Survey) -> None:
    """A question of each kind."""
    sections = [
        Section.objects.create(survey=survey, number=place, title=title)
        for place, title in enumerate(("您的家", "您的需要"), 1)
    ]
    for place, (kind, key, text, options, more) in enumerate(QUESTIONS, 1):
        section = sections[0] if place <= 5 else sections[1]
        add_question(section, kind, key, text, options=options, place=place, **more)
    table = add_question(
        sections[1],
        "matrix",
        "satisfied",
        "您满意吗",
        options=(("good", "满意"), ("bad", "不满意")),
        place=len(QUESTIONS) + 1,
    )
    for place, (key, text) in enumerate((("firm", "物业"), ("committee", "居委会")), 1):
        Option.objects.create(question=table, number=place, key=key, text=text, is_row=True)


def add_question(
    section: Section,
    kind: str,
    key: str,
    text: str,
    *,
    options: tuple[tuple[str, Any], ...] = (),
    place: int = 0,
    **more: Any,
) -> Question:
    """One question with its options."""
    question = KINDS[kind].objects.create(
        survey=section.survey, section=section, number=place or number(), key=key, text=text, **more
    )
    for at, (name, words) in enumerate(DEMAND_CHOICES if kind == "demand" else options, 1):
        Option.objects.create(
            question=question,
            number=at,
            key=name,
            text=str(words),
            exclusive=kind == "multiple" and name == "none",
        )
    return question


def hand_in(survey: Survey, values: dict[str, Any], *, channel: Channel = Channel.LETTER) -> Response:
    """Answers that count, as rows: without a unit, as they are kept where there are no names."""
    definition = definition_of(survey)
    response = Response.objects.create(
        survey=survey,
        channel=channel,
        state=ResponseState.HANDED_IN,
        values=definition.kept(values),
        started_at=None,
        handed_in_on=clock.today(),
        seconds=240,
    )
    indexing.index(response, definition)
    return response
