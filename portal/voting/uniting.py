"""Lines, ballots and mandates of two records of one human; what the page of a person says of them.

Where both stand on the roll of a vote that has not ended, the line of the record that stays keeps standing, in an
owners' vote with both areas, and the other is taken off by a correction. The ballot cast first stands. What was
counted already is not counted anew: the two lines stay as they were.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.events import SYSTEM
from portal.community import persons, uniting
from portal.community.models import Area, Dwelling, Person, User
from portal.community.permissions import Role
from portal.community.persons import Line, Section
from portal.community.uniting import Union
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.voting import rolls
from portal.voting.models import (
    Ballot,
    BallotChange,
    Candidate,
    Electorate,
    Envelope,
    Mandate,
    PaperBallot,
    RollCorrection,
    RollEntry,
    SetAside,
    Vote,
)
from portal.voting.permissions import roles_towards
from portal.voting.services import gate
from portal.voting.services.roll_corrections import line_says, publish_sums, sums
from portal.voting.states import BEFORE_END, Phase

MOST = 20
# What a correction gives as its reason, in the portal's language.
WHY = "同一人的两份登记合并为一份"
PARTED = "两份登记重新分开"


def _one_line(union: Union) -> None:
    """One line of each roll on which both stand as heads. Where the roll is final the other line stays as it is."""
    lines = {line.vote_id: line for line in _heads(union.kept)}
    for line in _heads(union.other):
        mine = lines.get(line.vote_id)
        if mine is not None:
            _settle(union, mine, line)
            # A roll names each person once, also on the lines that were taken off.
            union.stays(line)


def _settle(union: Union, mine: RollEntry, line: RollEntry) -> None:
    said = {"vote": mine.vote.title, "code": line.label}
    if mine.vote.phase == Phase.CLOSED:
        raise NotPossible(
            _("“%(vote)s” is being counted. Please unite the two when its result is out.") % said
        )
    if mine.vote.phase not in BEFORE_END:
        ended = _("Both were on the roll of “%(vote)s”, which has ended: its result stays as it was counted.")
        union.notes.append(ended % said)
        return
    union.notes.append(
        _("Both are on the roll of “%(vote)s”: %(code)s is taken off; the ballot cast first stands.") % said
    )
    _lock(mine, line)
    if line.struck_at is None:
        _make_one(union, mine, line)


def _make_one(union: Union, mine: RollEntry, line: RollEntry) -> None:
    """The line that stays stands, with both areas; the other is struck; both corrections and totals are kept."""
    vote, old = mine.vote, sums(mine.vote)
    homes = [_homes(mine), _homes(line)]
    before = line_says(mine) | homes[0] if mine.struck_at is None else None
    gone = line_says(line) | homes[1]
    _one_ballot(union, mine, line)
    if before is None:
        union.changes.change(mine, struck_at=None, area=line.area, where=line.where)
    elif vote.by_area:
        union.changes.change(mine, area=mine.area + line.area, where=_where(mine, line))
    union.changes.change(line, struck_at=clock.now())
    added = int(before is None)
    both = {"homes": sorted({*homes[0]["homes"], *homes[1]["homes"]})} if homes[0] else {}
    _trace(union.by, mine, before, line_says(mine) | both, old, union.reason)
    between = {"heads": old["heads"] + added, "area": old["area"] + line.area}
    _trace(union.by, line, gone, None, between, union.reason)
    union.changes.add(vote, "heads", added - 1)
    publish_sums(_signed(union.by, vote), vote, old)


def _homes(line: RollEntry) -> dict[str, list[int]]:
    """The dwellings a line of an owners' roll stands for, as a correction notes them."""
    if line.vote.electorate != Electorate.OWNERS:
        return {}
    stands_for = Dwelling.objects.filter(rolls.covered(line.vote, line)).order_by("pk")
    return {"homes": list(stands_for.values_list("pk", flat=True))}


def _lock(mine: RollEntry, line: RollEntry) -> None:
    """No other correction, and no ballot of either line, until the two are one."""
    Vote.objects.locked(mine.vote_id)
    gate.enter(mine.vote_id)
    lines = RollEntry.objects.select_for_update(of=("self",), no_key=True)
    list(lines.filter(pk__in=[mine.pk, line.pk]).order_by("pk"))
    mine.vote.refresh_from_db(fields=["heads", "area"])
    for one in (mine, line):
        one.refresh_from_db(fields=["struck_at", "area", "where"])


def _where(mine: RollEntry, line: RollEntry) -> str:
    return "、".join(dict.fromkeys([*mine.where.split("、"), *line.where.split("、")]))[:400]


def _trace(
    by: User,
    entry: RollEntry,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    old: dict[str, int],
    reason: str,
) -> None:
    RollCorrection.objects.create(
        vote=entry.vote,
        entry=entry,
        before=before,
        after=after,
        **old,
        reason=reason or WHY,
        by=by,
        at=clock.now(),
    )


def _signed(user: User, vote: Vote) -> User | str:
    """Staff sign; a voter whose records became one by a code is not named, as no voter ever is."""
    return user if Role.CONVENER in roles_towards(user, vote) else SYSTEM


def _one_ballot(union: Union, mine: RollEntry, line: RollEntry) -> None:
    """The ballot cast first stands on the line that stays; the later one is set aside."""
    _require_no_sheet(mine, line)
    found = Ballot.objects.filter(entry__in=[mine, line]).order_by("cast_at", "pk")
    ballots = list(found.select_for_update(of=("self",)))
    for later in ballots[1:]:
        if later.sealed is not None:
            # A sealed envelope that does not stand is never kept, so it cannot be put back either.
            union.final.append(
                _("In the secret vote “%(vote)s” one of two sealed ballots was set aside and is not kept.")
                % {"vote": mine.vote.title}
            )
        _set_aside(union, later)
    if ballots and ballots[0].entry_id != mine.pk:
        union.changes.change(ballots[0], entry=mine)
    # Paper on its way is taken as the rule of the vote says of a second ballot of one line.
    for paper in PaperBallot.objects.filter(entry=line, withdrawn_at=None).order_by("pk"):
        union.changes.change(paper, entry=mine)


def _require_no_sheet(mine: RollEntry, line: RollEntry) -> None:
    """A sheet in the box of a secret vote leads to nobody, so nobody can take it out again."""
    envelopes = Envelope.objects.filter(entry__in=[mine, line], withdrawn_at=None)
    sheets = Ballot.objects.filter(entry__in=[mine, line], sealed=None)
    if mine.vote.secret and (envelopes.exists() or sheets.exists()):
        raise NotPossible(
            _("In “%(vote)s” one of the two votes on paper. Please unite the two when its result is out.")
            % {"vote": mine.vote.title}
        )


def _set_aside(union: Union, ballot: Ballot) -> None:
    kept = BallotChange(
        entry=ballot.entry,
        choice=ballot.choice,
        channel=ballot.channel,
        cast_at=ballot.cast_at,
        cast_by_id=ballot.cast_by_id,
        why=SetAside.DUPLICATE,
    )
    union.changes.make(kept)
    for paper in PaperBallot.objects.filter(entry=ballot.entry_id, stands=True, withdrawn_at=None):
        union.changes.change(paper, stands=False, kept=kept)
    if ballot.sealed is None:
        union.changes.remove(ballot)
    else:
        ballot.delete()


def _heads(person: Person) -> list[RollEntry]:
    lines = RollEntry.objects.filter(person=person, dwelling=None).select_related("vote", "vote__scope")
    return list(lines.order_by("vote_id"))


def _one_candidate(union: Union) -> None:
    """Of two options of one election the one named first stands; once voting opened, both stay as they were."""
    both = Candidate.objects.filter(person__in=union.both).select_related("vote").order_by("vote_id", "pk")
    for earlier, later in pairwise(both):
        if earlier.vote_id == later.vote_id:
            _settle_candidates(union, later)


def _settle_candidates(union: Union, later: Candidate) -> None:
    said = _("Both stand in the election “%(vote)s”. The one named first stays.")
    union.notes.append(said % {"vote": later.vote.title})
    if clock.now() < later.fixed_from:
        union.changes.remove(later)
        return
    other = Candidate.objects.get(vote=later.vote_id, person=union.other)
    union.stays(other)


def put_back(by: User, steps: list[dict[str, Any]]) -> None:
    """The lines of two parted records stand as before: said in the trace and in the record."""
    lines = {step["pk"] for step in steps if step.get("changed") == "voting.rollentry"}
    votes = [step for step in steps if step.get("added") == "voting.vote"]
    for entry in RollEntry.objects.filter(pk__in=lines).select_related("vote").order_by("pk"):
        noted = (entry.corrections.exclude(before=None).last() or RollCorrection(before={})).before or {}
        homes = {name: value for name, value in noted.items() if name == "homes"}
        after = None if entry.struck_at else line_says(entry) | homes
        _trace(by, entry, None, after, sums(entry.vote), PARTED)
    for step in votes:
        vote = Vote.objects.get(pk=step["pk"])
        old = {**sums(vote), "heads": vote.heads + step["number"]}
        publish_sums(_signed(by, vote), vote, old)


def voted_since(person: Person, moment: datetime) -> str:
    """What keeps two from being parted: a ballot cast for the one, or a vote that ended."""
    lines = RollEntry.objects.filter(person=person)
    if Ballot.objects.filter(entry__in=lines, cast_at__gt=moment).exists():
        return _("A ballot was cast since.")
    over = lines.filter(vote__closes_at__gt=moment, vote__closes_at__lte=clock.now())
    return _("A vote has ended since.") if over.exists() else ""


def rolls_of(person: Person, here: Area, reader: User) -> Section:
    """The votes of a neighbourhood in which somebody is asked; never a code that leads to a choice."""
    lines = RollEntry.objects.filter(person=person, vote__neighbourhood=here).select_related("vote")
    found = lines.order_by("-vote__opens_at")[:MOST]
    return Section(gettext_lazy("On the rolls of votes"), [_on_roll(line) for line in found])


def mandates_of(person: Person, here: Area, reader: User) -> Section:
    """For whom somebody casts a ballot, without naming them."""
    held = Mandate.objects.filter(holder=person, entry__vote__neighbourhood=here).select_related(
        "entry__vote"
    )
    lines = [
        Line(
            f"{mandate.entry.vote.title} · {mandate.get_kind_display()}",
            _span(mandate),
            mandate.entry.vote.get_absolute_url(),
        )
        for mandate in held.order_by("-recorded_at")[:MOST]
    ]
    return Section(gettext_lazy("Mandates"), lines)


def _on_roll(line: RollEntry) -> Line:
    vote = line.vote
    opened = _("voting from %(day)s") % {"day": wording.day(vote.opens_at)}
    struck = [_("taken off the roll")] if line.struck_at else []
    return Line(vote.title, " · ".join([opened, str(vote.phase.label), *struck]), vote.get_absolute_url())


def _span(mandate: Mandate) -> str:
    since = _("since %(day)s") % {"day": wording.day(mandate.recorded_at)}
    if mandate.revoked_at is None:
        return since
    return _("%(since)s until %(until)s") % {
        "since": wording.day(mandate.recorded_at),
        "until": wording.day(mandate.revoked_at),
    }


uniting.register("lines", _one_line)
uniting.register("candidates", _one_candidate)
uniting.register_since("ballots", voted_since)
uniting.register_parted("lines", put_back)
persons.register_facts("rolls", rolls_of)
persons.register_facts("mandates", mandates_of)
