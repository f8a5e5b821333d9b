"""What became of a project in one line of plain words; no method is named."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.funds.allocating.explaining import STRUCK
from portal.funds.allocating.rules.outcomes import DEAR, EXCLUDED, FEW_VOTES
from portal.funds.allocating.services import CHANGED, RECOUNTED
from portal.funds.explaining.told import Project, Told
from portal.funds.models import Rule
from portal.kit.wording import half_up, yuan


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
        said = _(
            "%(n)d neighbours ticked it. It costs %(cost)s, and from their shares they could pay that together: at "
            "most %(each)s each."
        )
        return said % {**figures, "each": _money(project.per_head)}
    if project.lacking is None:
        return ""
    said = _(
        "%(n)d neighbours ticked it. It costs %(cost)s; after all that they had paid for others they had %(held)s left "
        "together. %(lacking)s lacked."
    )
    return said % {
        **figures,
        "held": _money(project.cost - project.lacking),
        "lacking": _money(project.lacking),
    }


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
    return _("those who ticked it paid at most %(amount)s each") % {"amount": _money(project.per_head)}


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
    if told.stopped and told.nearly(project):
        return _("a little more for everybody would have bought it, too, but all together for %(sum)s") % {
            "sum": _money(told.stopped.sum)
        }
    amount = _money(project.lacking)
    if told.by_shares:
        return _("those who ticked it had %(amount)s too little left") % {"amount": amount}
    return _("when its turn came, %(amount)s lacked") % {"amount": amount}


def _money(amount: Fraction) -> str:
    return yuan(half_up(amount))
