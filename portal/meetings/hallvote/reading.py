"""The votes of a meeting as its page shows them, and as its minutes begin with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from portal.community.models import Visitor
from portal.meetings.hallvote import services
from portal.meetings.hallvote.services import votes_of
from portal.meetings.minutes import log
from portal.meetings.models import Meeting
from portal.voting import hall, meters, sentences
from portal.voting.hall import Presence
from portal.voting.meters import Chosen
from portal.voting.models import HALL, Vote
from portal.voting.permissions import VOTES


@dataclass(frozen=True)
class HeldVote:
    """One vote in the hall. `may`: what its reader can do about it."""

    vote: Vote
    may: list[str]

    @cached_property
    def presence(self) -> Presence:
        """Who had a voice when it was opened, in numbers."""
        return hall.presence(self.vote)

    @cached_property
    def voted(self) -> int:
        """How many ballots there are, never which."""
        return self.vote.ballots.count()

    @property
    def seal(self) -> str:
        """The one word on the seal; empty before the count."""
        return sentences.seal(self.vote) if self.vote.counted_at else ""

    @property
    def rule(self) -> str:
        """What it takes, in the vote's own words."""
        return sentences.rule_sentence(self.vote)

    @property
    def silence(self) -> str:
        """What becomes of those present who do not vote; empty where they count for nothing."""
        return sentences.silence_sentence(self.vote)

    @property
    def source(self) -> str:
        """Where the rule comes from, and how binding it is."""
        return sentences.source(self.vote)

    @property
    def why(self) -> str:
        """Why it came out as it did; empty before the count."""
        return sentences.why(self.vote) if self.vote.counted_at else ""

    @property
    def choices(self) -> list[Chosen]:
        """What each option got; nothing before the count."""
        return meters.choices(self.vote)


def rule_words(meeting: Meeting) -> list[str]:
    """By which rule a vote opened now would be decided: what it takes, what silence is, where the rule stands."""
    place = services.hall_of(meeting)
    rule = hall.rule_of(meeting.neighbourhood, place.rule, of_present=place.of_present)
    vote = Vote(matter=HALL, electorate=place.electorate, rule=rule)
    words = [sentences.rule_sentence(vote), sentences.silence_sentence(vote), sentences.source(vote)]
    return [said for said in words if said]


def hall_votes(meeting: Meeting, user: Visitor) -> list[HeldVote]:
    """The context of `meetings/hallvote/_votes.html`, the newest first; one query where there is none."""
    found = votes_of(meeting).select_related("neighbourhood", "scope", "repeats")
    return [HeldVote(vote, VOTES.allowed(user, vote)) for vote in found]


@log.register
def _counted(meeting: Meeting) -> Iterable[log.Line]:
    for vote in votes_of(meeting).exclude(counted_at=None):
        one = HeldVote(vote, [])
        fell = "，".join(f"{row.label} {row.cast.heads}" for row in one.choices)
        who = one.presence
        said = _("Vote: %(title)s – %(result)s (%(fell)s; present %(present)d, by mandate %(mandates)d)")
        yield log.Line(
            vote.ended_at,
            said
            % {
                "title": vote.title,
                "result": one.seal,
                "fell": fell,
                "present": who.present,
                "mandates": who.mandates,
            },
        )
