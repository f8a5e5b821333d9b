"""What became of a project in one line of plain words; no method is named."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.funds.allocating.explaining import STRUCK
from portal.funds.allocating.rules.outcomes import DEAR, EXCLUDED, FEW_VOTES
from portal.funds.allocating.services import CHANGED, RECOUNTED
from portal.funds.explaining.told import Project, Told
from portal.funds.models import Rule
from portal.kit.wording import half_up, unbroken, yuan


def rule_name(rule: str) -> str:
    """How a rule is called where two results are compared."""
    return _("everybody's share pays") if rule == Rule.EQUAL_SHARES else _("most ticks first")


def why(told: Told, project: Project) -> str:
    """Why a project was chosen, or was not, in one line."""
    return _why_won(told, project) if project.won else _why_not(told, project)


def in_short(told: Told, project: Project) -> str:
    """Why a project was chosen from shares, or lacked money, in two sentences; empty where the page says no more."""
    if not told.by_shares or project.left_over or project.out:
        return ""
    figures = {"n": project.votes, "cost": _money(project.cost)}
    if project.won and project.per_head is not None:
        said = (
            _(
                "%(n)d neighbours ticked it. It costs %(cost)s, and from their shares they could pay that together: "
                "%(each)s each."
            )
            if project.alike
            else _(
                "%(n)d neighbours ticked it. It costs %(cost)s, and from their shares they could pay that together: at "
                "most %(each)s each."
            )
        )
        return said % {**figures, "each": _money(project.per_head)}
    if project.lacking is None:
        return ""
    said = _("%(n)d neighbours ticked it. It costs %(cost)s; %(why)s.")
    return said % {**figures, "why": why(told, project)}


def in_one_line(told: Told) -> str:
    """The result of a round in one line."""
    return ngettext(
        "%(n)d of %(all)d projects was chosen: %(cost)s of %(pot)s. %(voters)d neighbours voted.",
        "%(n)d of %(all)d projects were chosen: %(cost)s of %(pot)s. %(voters)d neighbours voted.",
        len(told.order),
    ) % {
        "n": len(told.order),
        "all": len(told.projects),
        "cost": _money(told.cost),
        "pot": _money(told.pot),
        "voters": told.voters,
    }


def computed_anew(why: str) -> str:
    """Why there is a later result than the first."""
    said = {RECOUNTED: _("the ballots were counted again"), CHANGED: _("ballots or projects had changed")}
    return said.get(why, "")


def dear_needs(told: Told, project: Project) -> int:
    """How many voters a dear project needs: its cost, divided by three times the pot, of all who voted."""
    return ceil(project.cost * told.voters / (3 * told.pot))


def _why_won(told: Told, project: Project) -> str:
    if project.left_over:
        return _("paid from what was left over")
    if project.per_head is None:
        return _("it had the most ticks, and the money sufficed")
    amount = {"amount": _money(project.per_head)}
    if project.alike:
        return _("those who ticked it paid %(amount)s each") % amount
    return _("those who ticked it paid at most %(amount)s each") % amount


def _why_not(told: Told, project: Project) -> str:
    if project.out == FEW_VOTES:
        return _("it needed at least %(n)d ticks") % {"n": told.minimum_votes}
    if project.out == DEAR:
        return _("it is dear and needed %(n)d ticks") % {"n": dear_needs(told, project)}
    if project.out == EXCLUDED:
        return _("another project that excludes it was chosen")
    if project.out == STRUCK:
        return _("it was taken off the ballot")
    return _lacked(told, project)


def _lacked(told: Told, project: Project) -> str:
    if project.lacking is None:
        return _("the money did not suffice")
    amount = {"amount": _money(project.lacking), "n": project.at_step}
    if not told.by_shares:
        return _("when its turn came, %(amount)s lacked") % amount
    if not project.at_step:
        return _("all that those who ticked it held was %(amount)s too little from the beginning") % amount
    said = _("after choice number %(n)d those who ticked it had %(amount)s too little left together") % amount
    return said + _stopped(told) if told.nearly(project) else said


def _stopped(told: Told) -> str:
    """Why not one step more for everybody, which would have sufficed; which chosen ones would then drop out."""
    if told.stopped is None:
        return ""
    said = _(
        "; with %(step)s more for everybody it would do, but all together would then cost %(sum)s, over the pot"
    )
    said %= {"step": _money(told.stopped.share - told.last_share), "sum": _money(told.stopped.sum)}
    lost = told.named(told.stopped.would_lose)
    return (
        said + _(" (even without %(titles)s, which would drop out)") % {"titles": titles(lost)}
        if lost
        else said
    )


def titles(projects: Iterable[Project]) -> str:
    """The names of some projects in one line."""
    return _(", ").join(_("“%(title)s”") % {"title": one.title} for one in projects)


def _money(amount: Fraction) -> str:
    return unbroken(yuan(half_up(amount)))
