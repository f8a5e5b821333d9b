"""The figures of a report in words: sections of lines, for the page and the sheet alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.community.models import Post
from portal.deliberation.listing import GROUPS
from portal.kit.wording import hours, percent, yuan
from portal.meetings.kinds import kinds
from portal.voting.models import Outcome


@dataclass(frozen=True)
class Line:
    """What is counted, what came of it, and where it is read."""

    label: str
    said: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    title: str
    lines: tuple[Line, ...]
    note: str = ""


def sections(figures: Mapping[str, Any]) -> list[Section]:
    """All parts of a report, those without anything too: that nothing happened is said."""
    return [
        _topics(figures["topics"]),
        _meetings(figures["meetings"]),
        _votes(figures["votes"]),
        _promises(figures["promises"]),
        _questions(figures["questions"], figures["solved"]),
        _rest(figures["hours"], figures["payments"]),
    ]


def _topics(counted: Mapping[str, Any]) -> Section:
    stages = counted["by_stage"]
    known = (
        Line(str(label), _number(sum(stages.get(state.value, 0) for state in states)))
        for label, states in GROUPS.values()
    )
    return Section(
        _("Topics"),
        (Line(_("raised in the month"), _number(counted["new"])), *known),
        _("By stage: as they stood when this was counted."),
    )


def _meetings(counted: Mapping[str, int]) -> Section:
    known = (kind for kind in kinds() if kind.name in counted)
    return _filled(
        _("Meetings held"), (Line(str(kind.plural), _number(counted[kind.name])) for kind in known)
    )


def _votes(counted: Iterable[Mapping[str, Any]]) -> Section:
    return _filled(
        _("Votes"),
        (
            Line(
                vote["title"],
                _("%(outcome)s; %(voted)d of %(roll)d took part (%(share)s)")
                % {
                    "outcome": Outcome(vote["outcome"]).label,
                    "voted": vote["voted"],
                    "roll": vote["roll"],
                    "share": percent(vote["voted"], vote["roll"]),
                },
                vote["url"],
            )
            for vote in counted
        ),
    )


def _promises(counted: Iterable[Mapping[str, Any]]) -> Section:
    words = _("%(kept)d of %(all)d in time (%(share)s); %(late)d overdue at the end")
    return _filled(
        _("Promises by post"),
        (
            Line(str(Post(row["post"]).label), words % {**row, "share": percent(row["kept"], row["all"])})
            for row in counted
        ),
    )


def _questions(counted: Mapping[str, int], solved: Mapping[str, Any]) -> Section:
    return Section(
        _("Questions and results"),
        (
            Line(_("questions asked officially"), _number(counted["asked"])),
            Line(_("answered"), _number(counted["answered"])),
            Line(_("waiting at the end"), _number(counted["waiting"])),
            *_became(counted),
            Line(_("Residents call it solved"), _solved(solved)),
        ),
    )


def _became(counted: Mapping[str, int]) -> list[Line]:
    """What became of those answered or run out of time; a report of before this was counted says nothing of it."""
    if "silent" not in counted:
        return []
    labels = {
        "solved": _("solved, as those who asked say"),
        "partly": _("partly solved"),
        "not": _("not solved"),
        "impossible": _("not possible, with the reason"),
        "unanswered": _("no answer in time"),
        "silent": _("answered; nobody was heard yet"),
    }
    solved, whole = counted["solved"], sum(counted[name] for name in labels)
    words = _("%(part)d of %(all)d (%(share)s); only what whoever asked, or a callback, calls solved")
    said = {name: _number(counted[name]) for name in labels}
    if whole:
        said["solved"] = words % {"part": solved, "all": whole, "share": percent(solved, whole)}
    return [Line(labels[name], said[name]) for name in labels]


def _solved(solved: Mapping[str, Any]) -> str:
    if "few" in solved:
        return _("too few")
    if not solved["all"]:
        return _("no ratings")
    return _("%(well)d of %(all)d ratings (%(share)s)") % {
        **solved,
        "share": percent(solved["well"], solved["all"]),
    }


def _rest(served: Mapping[str, Any], paid: Mapping[str, int]) -> Section:
    many = ngettext("%(n)d payment", "%(n)d payments", paid["many"]) % {"n": paid["many"]}
    return Section(
        _("Volunteers and the micro-fund"),
        (
            Line(_("booked service hours"), _("too few") if "few" in served else hours(served["minutes"])),
            Line(_("paid by the micro-fund"), _(", ").join([many, yuan(paid["fen"])])),
        ),
    )


def _filled(title: str, lines: Iterable[Line]) -> Section:
    made = tuple(lines)
    return Section(title, made, "" if made else _("None in this month."))


def _number(many: int) -> str:
    return f"{many:,}"
