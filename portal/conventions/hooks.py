"""What stands beside the ballot of a text's vote, how a text follows a vote held after all; the block on the home."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.conventions import home, services
from portal.conventions.models import ConventionRound
from portal.conventions.selectors import latest
from portal.pages.home_blocks import LiveKind, register_block
from portal.voting.hooks import BallotNote, ComesBack, register_ballot_notes, register_comes_back
from portal.voting.models import Vote


def notes(vote: Vote) -> list[BallotNote]:
    """Which text is voted on, with its whole hash, and where it is read."""
    number = vote.subject.partition(":")[2]
    round_ = ConventionRound.objects.filter(pk=number).select_related("page__area").first()
    text = latest(round_) if round_ else None
    if round_ is None or text is None:
        return []
    said = _("Draft %(number)d, SHA-256 %(hash)s") % {"number": text.number, "hash": text.sha256}
    return [BallotNote(_("The text that is voted on"), said, url=round_.get_absolute_url())]


def _comes_back(pk: int) -> ComesBack:
    if not ConventionRound.objects.filter(pk=pk).exists():
        return lambda user, vote: None
    round_ = ConventionRound.objects.locked(pk)
    return lambda user, vote: services.vote_came_back(round_, user, vote)


register_ballot_notes("conventionround", notes)
register_comes_back("conventionround", _comes_back)
register_block(LiveKind("convention", gettext_lazy("What we agreed on"), "conventions/_home.html", home.read))
