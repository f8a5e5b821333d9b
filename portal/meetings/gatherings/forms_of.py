"""What differs between the forms of a gathering, as data: one row a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Post
from portal.community.rules import rule, rule_set
from portal.kit import clock
from portal.meetings.hallvote.halls import Hall
from portal.meetings.models import Counted, Form, Gathering, Part
from portal.voting.models import Electorate

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Row:
    """One form: who convenes, who is invited, how early, how many must come, who reads it, what comes of it.

    `convened_by`: who calls it, in words. `invited`: the holders of these posts are invited when it is planned.
    `notice`: the rule of its notice, in calendar days; `posted`: it also hangs as a public notice. `counting`: the rule
    that says how many have to come and to agree, empty where none is asked; `by_name`: whoever has to come is invited
    by name, otherwise they are counted at the door. `tells_all`: all who live or own here are told.
    `rhythm`: the rule after how many months the next one is due. `result`: what comes of it. `votes`: whether it
    decides by votes in the hall; `seats`: whose seats those are.
    """

    what: StrOrPromise
    convened_by: StrOrPromise
    result: StrOrPromise
    notice: str
    invited: tuple[Post, ...] = ()
    posted: bool = False
    counting: str = ""
    by_name: bool = True
    tells_all: bool = False
    rhythm: str = ""
    votes: bool = True
    seats: tuple[Part, ...] = (Part.MEMBER,)


# Joint meeting: 《上海市居民委员会工作条例》 article 23; assembly: 《城市居民委员会组织法》 articles 9 and 10.
ROWS: dict[Form, Row] = {
    Form.JOINT: Row(
        what=_("Committee, owners’ committee, property manager and police settle what a patrol has found."),
        convened_by=_("the residents’ committee"),
        result=_("Each point gets an answer, an owner and a day; what is not done comes up again next time."),
        notice="joint.notice_days",
        invited=(Post.DIRECTOR, Post.OWNERS_COMMITTEE, Post.PROPERTY),
        rhythm="joint.rhythm_months",
    ),
    Form.ASSEMBLY: Row(
        what=_("All residents decide on what concerns all: charter, yearly plan and report, review."),
        convened_by=_("the residents’ committee, also when a fifth of the residents ask for it"),
        result=_("Decisions of the residents, with more than half of those who came."),
        notice="assembly.notice_days",
        posted=True,
        counting="residents.assembly",
        by_name=False,
        tells_all=True,
        rhythm="assembly.rhythm_months",
    ),
    Form.DELEGATES: Row(
        what=_("The residents’ delegates decide between two assemblies."),
        convened_by=_("the residents’ committee"),
        result=_("Decisions of the delegates, with more than half of those who came."),
        notice="delegates.notice_days",
        invited=(Post.DELEGATE,),
        counting="residents.delegates",
        seats=(Part.DELEGATE,),
    ),
    Form.CONVENORS: Row(
        what=_("The committee and the building heads: what is to be told, asked and done in the buildings."),
        convened_by=_("the residents’ committee"),
        result=_("Who does what until when."),
        notice="convenors.notice_days",
        invited=(Post.BUILDING_HEAD,),
    ),
    Form.TEA: Row(
        what=_("Open to everybody, over a cup of tea: what is on neighbours’ minds."),
        convened_by=_("the residents’ committee, or whoever of the neighbours asks for it"),
        result=_("Nothing is decided; what needs doing gets an owner and a day."),
        notice="tea.notice_days",
        tells_all=True,
        votes=False,
    ),
}


def quorum_of(form: Form, here: Area) -> tuple[list[int], bool]:
    """The share that has to come, and whether it has to be passed; ([], False) where none is asked.

    Copied into the gathering when it is planned, so that a later law never rewrites it.
    """
    key = ROWS[form].counting
    needs = rule(key, here)["participation"] if key else []
    if not needs:
        return [], False
    return (list(needs[0]["more_than"]), True) if "more_than" in needs[0] else (needs[0]["at_least"], False)


# Who makes up an assembly, as electorates of the register; delegates of residents' groups have seats of their own.
BODIES = {Counted.ADULTS: Electorate.RESIDENTS, Counted.HOUSEHOLDS: Electorate.HOUSEHOLDS}


def hall_of(gathering: Gathering) -> Hall:
    """Who votes in the hall of a gathering. Its quorum and majority are those of its form, of those present."""
    row = ROWS[Form(gathering.form)]
    body = BODIES.get(Counted(gathering.counted)) if gathering.counted else None
    return Hall(
        votes=row.votes,
        electorate=body or Electorate.PANEL,
        parts=row.seats,
        rule=row.counting or "hall.majority",
        of_present=bool(row.counting),
        size=gathering.body_size,
        counted=gathering.came if body else None,
    )


def source_of(gathering: Gathering) -> str:
    """Where the number of its quorum comes from; empty where none is asked."""
    key = ROWS[Form(gathering.form)].counting
    day = clock.day_of(gathering.created_at)
    return rule_set(key, gathering.neighbourhood, day).source if gathering.quorum else ""


def enough(came: int, body: int, need: Sequence[int], *, more_than: bool) -> bool:
    """Whether so many of a body make its quorum; the share itself counts unless it has to be passed. No body: no."""
    if body <= 0:
        return False
    have, wanted = came * need[1], body * need[0]
    return have > wanted if more_than else have >= wanted


def least(body: int, need: Sequence[int], *, more_than: bool) -> int:
    """The smallest number that makes the quorum of a body of this size; at least one."""
    whole, rest = divmod(body * need[0], need[1])
    return max(1, whole + (1 if more_than or rest else 0))
