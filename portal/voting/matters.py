"""What may be put to whom, and how: each kind of matter names its electorates, its questions and their rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.errors import NotPossible
from portal.voting.models import HALL, Electorate, LegalEffect, Method


class Secrecy(Enum):
    """Whether the ballots of a matter are sealed."""

    NEVER = "never"
    ALWAYS = "always"
    ON_REQUEST = "on request"


@dataclass(frozen=True)
class Matter:
    """A kind of matter. `rules` gives the key of the RuleSet for each question; `notice` that of the days of notice.

    `sounding`: an opinion, which can bind nobody. `counted_only`: the vote is counted and no more; the app that calls
    it, and nobody else, works out what follows. `by_app`: never called by hand. `least` and `most` options can be asked
    about.
    """

    key: str
    label: str | Promise
    electorates: tuple[Electorate, ...]
    rules: Mapping[Method, str]
    notice: str
    secrecy: Secrecy = Secrecy.NEVER
    sounding: bool = False
    counted_only: bool = False
    by_app: bool = False
    least: int = 2
    most: int = 0

    @property
    def electorate(self) -> Electorate:
        """The electorate it is usually put to."""
        return self.electorates[0]

    @property
    def is_owners(self) -> bool:
        """Whether the Civil Code gives it to the owners (art. 278)."""
        return Electorate.OWNERS in self.electorates and not self.sounding


_PEOPLE = (
    Electorate.RESIDENTS,
    Electorate.HOUSEHOLDS,
    Electorate.DELEGATES,
    Electorate.BUILDING,
    Electorate.PANEL,
)
_OPINIONS = {
    Method.MOTION: "residents.sounding",
    Method.CHOICE: "sounding.choice",
    Method.APPROVAL: "sounding.approval",
    Method.RANKED: "sounding.ranked",
    Method.SCORE: "sounding.score",
}

# More are not read on one ballot; the projects of a fund are (an envelope grows with them, sealing.py).
MOST_OPTIONS, MOST_PROJECTS = 30, 150
MOST_POINTS = 10

MATTERS = {
    matter.key: matter
    for matter in (
        Matter(
            "ordinary",
            gettext_lazy("Owners decide: rules, property firm, use of the repair fund, other joint matters"),
            (Electorate.OWNERS,),
            {Method.MOTION: "owners.ordinary"},
            "owners.notice_days",
        ),
        Matter(
            "special",
            gettext_lazy("Owners decide: raising the repair fund, rebuilding, other use of what is shared"),
            (Electorate.OWNERS,),
            {Method.MOTION: "owners.special"},
            "owners.notice_days",
        ),
        # Area is counted, so the ballots are signed (decided by what their publication gives away).
        Matter(
            "owners_election",
            gettext_lazy("Owners elect the owners' committee"),
            (Electorate.OWNERS,),
            {Method.ELECTION: "owners.election"},
            "owners.notice_days",
        ),
        Matter(
            "assembly",
            gettext_lazy("Residents decide: residents' assembly"),
            (Electorate.RESIDENTS, Electorate.HOUSEHOLDS),
            {Method.MOTION: "residents.assembly"},
            "residents.notice_days",
            Secrecy.ON_REQUEST,
        ),
        Matter(
            "delegates",
            gettext_lazy("Residents' delegates decide"),
            (Electorate.DELEGATES,),
            {Method.MOTION: "residents.delegates"},
            "residents.notice_days",
            Secrecy.ON_REQUEST,
        ),
        Matter(
            "building",
            gettext_lazy("One building decides about its own convention and rooms"),
            (Electorate.BUILDING,),
            {Method.MOTION: "building.majority"},
            "residents.notice_days",
            Secrecy.ON_REQUEST,
        ),
        Matter(
            "election",
            gettext_lazy("Residents elect persons"),
            (Electorate.RESIDENTS, Electorate.HOUSEHOLDS, Electorate.DELEGATES, Electorate.BUILDING),
            {Method.ELECTION: "residents.election"},
            "residents.notice_days",
            Secrecy.ALWAYS,
        ),
        Matter(
            "review",
            gettext_lazy("Residents or a panel judge the work of a body"),
            (Electorate.PANEL, Electorate.DELEGATES, Electorate.RESIDENTS),
            {Method.MOTION: "review.motion", Method.SCORE: "review.score"},
            "residents.notice_days",
            Secrecy.ALWAYS,
        ),
        # On the spot at a review meeting, which was announced itself.
        Matter(
            "review_meeting",
            gettext_lazy("Residents' delegates judge at a review meeting"),
            (Electorate.PANEL,),
            {Method.CHOICE: "review.choice"},
            "review.ballot_notice_days",
            Secrecy.ALWAYS,
            by_app=True,
        ),
        Matter(
            "fund",
            gettext_lazy("Residents tick the projects that a fund should pay"),
            (Electorate.RESIDENTS,),
            {Method.APPROVAL: "residents.fund"},
            "residents.notice_days",
            Secrecy.ALWAYS,
            counted_only=True,
            by_app=True,
            least=1,
            most=MOST_PROJECTS,
        ),
        # Opened from a meeting in session, for minutes (services.hall).
        Matter(
            HALL,
            gettext_lazy("A meeting decides in the hall"),
            (Electorate.PANEL,),
            {Method.MOTION: "hall.majority"},
            "residents.notice_days",
            by_app=True,
        ),
        Matter(
            "sounding",
            gettext_lazy("Residents are asked for their opinion"),
            _PEOPLE,
            _OPINIONS,
            "residents.notice_days",
            Secrecy.ON_REQUEST,
            sounding=True,
        ),
    )
}


@dataclass(frozen=True)
class Question:
    """What is asked for, and how. `options` are the names of what can be chosen (none for a motion).

    `choose`: how many a voter may mark; `seats`: how many win; `points`: the most one option can get.
    """

    method: Method = Method.MOTION
    options: tuple[str, ...] = field(default=())
    choose: int = 1
    seats: int = 1
    points: int = 5
    secret: bool = False


MOTION = Question()


def is_counted_only(key: str) -> bool:
    """Whether votes of a matter are counted and no more: what follows is worked out by the app that called them."""
    matter = MATTERS.get(key)
    return matter is not None and matter.counted_only


def matter_for(
    key: str, electorate: Electorate, legal_effect: LegalEffect, question: Question = MOTION
) -> Matter:
    """The matter of a key such as "special" or "owners.special", if this electorate may decide it so.

    Raises NotPossible: what the Civil Code gives to the owners is never settled by a residents' vote.
    """
    matter = MATTERS.get(key.rpartition(".")[2])
    if matter is None:
        raise NotPossible(_("Please choose what kind of matter it is."))
    _check_electorate(matter, electorate)
    if matter.sounding and legal_effect is LegalEffect.BINDING:
        raise NotPossible(_("Asking for opinions binds nobody: please choose “consultative”."))
    if question.method not in matter.rules:
        raise NotPossible(_("This kind of matter is not decided by such a question."))
    _check_secrecy(matter, question.secret)
    _check_question(question, matter.least, matter.most or MOST_OPTIONS)
    return matter


def _check_electorate(matter: Matter, electorate: Electorate) -> None:
    if electorate in matter.electorates:
        return
    if matter.is_owners:
        raise NotPossible(
            _(
                "Article 278 of the Civil Code (《民法典》第278条) leaves this matter to the owners. "
                "Residents cannot decide it: please call an owners' vote."
            )
        )
    if electorate is Electorate.OWNERS:
        raise NotPossible(
            _("Owners decide by article 278 of the Civil Code: please choose ordinary or special.")
        )
    raise NotPossible(_("This kind of matter is not put to these voters."))


def _check_secrecy(matter: Matter, secret: bool) -> None:
    if secret and matter.secrecy is Secrecy.NEVER:
        raise NotPossible(
            _("Votes counted by floor area are signed: published areas would give secret ballots away.")
        )
    if not secret and matter.secrecy is Secrecy.ALWAYS:
        raise NotPossible(
            _("Such ballots are secret.")
            if matter.counted_only
            else _("Persons are elected and judged by secret ballot.")
        )


def _check_question(question: Question, least: int, most: int) -> None:
    if question.method is Method.MOTION:
        return
    names = [name.strip() for name in question.options]
    if len(names) < least or not all(names):
        raise NotPossible(_("Please name at least two options."))
    if len(names) > most:
        raise NotPossible(_("Please name at most %(number)d options.") % {"number": most})
    if len(set(names)) != len(names):
        raise NotPossible(_("Two options have the same name."))
    _check_amounts(question, len(names))


def _check_amounts(question: Question, options: int) -> None:
    if not 1 <= question.seats <= options or not 1 <= question.choose <= options:
        raise NotPossible(_("More cannot be chosen than there are options."))
    if not 1 <= question.points <= MOST_POINTS:
        raise NotPossible(_("Please allow between 1 and %(number)d points.") % {"number": MOST_POINTS})
