"""A fund begins with its book, and is wound up when nothing is promised any more."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.community.selectors import person_of
from portal.funds.calls import events, selectors
from portal.funds.calls.permissions import FUNDS, PLACE
from portal.funds.models import Fund
from portal.funds.states import FundState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.ledger import services as ledger
from portal.ledger.models import AccountKind
from portal.ledger.selectors import plain_yuan
from portal.record.services import key

# What the fund itself costs, such as the fee of its bank.
COSTS = "costs"
# References are checked at commit: what a book or an account is named after is there before it.
NOT_YET = 0


@transaction.atomic
def open_fund(user: User, slug: str, title: str, kind: str, about: str = "") -> Fund:
    """Begin a fund of a neighbourhood, with an empty book. NotPossible: there is one of this name."""
    here = PLACE.take(user, slug, "open_fund")
    made = Fund(
        neighbourhood=here, title=title, kind=kind, about=about, book_id=NOT_YET, created_by=person_of(user)
    )
    _save(made)
    with translation.override(settings.LANGUAGE_CODE):
        costs = ledger.Opened(COSTS, _("the fund's own costs"), AccountKind.EXPENSE)
    made.book = ledger.open_book(key(made), here, title, [costs], by=user)
    made.save(update_fields=["book"])
    log(events.FUND_OPENED, made, by=user)
    return made


@transaction.atomic
def edit_fund(user: User, pk: int, title: str, kind: str, about: str, reason: str) -> Fund:
    """Change what a fund says of itself; its book is called like it. NotPossible: another bears this name."""
    fund = FUNDS.take(user, pk, "edit_fund")
    fund.title, fund.kind, fund.about = title, kind, about
    _save(fund)
    fund.book.title = title
    fund.book.save(update_fields=["title"])
    log(events.FUND_EDITED, fund, by=user, data={"reason": reason})
    return fund


@transaction.atomic
def wind_up(user: User, pk: int, reason: str) -> Fund:
    """End a fund; what is left at hand is said. NotPossible while a round runs or money is promised to a project."""
    fund = FUNDS.take(user, pk, "wind_up")
    book = ledger.locked(fund.book)
    require_settled(fund)
    held = selectors.money(fund)
    advance(fund, FundState.CLOSED, closed_at=clock.now(), closed_why=reason)
    log(
        events.WOUND_UP,
        fund,
        by=user,
        data={"left": plain_yuan(held.at_hand), "reason": reason, "lines": book.sequence},
    )
    return fund


@transaction.atomic
def reopen(user: User, pk: int, reason: str) -> Fund:
    """Let a fund that was wound up give again, such as when that was a mistake."""
    fund = FUNDS.take(user, pk, "reopen")
    advance(fund, FundState.OPEN, closed_at=None, closed_why="")
    log(events.REOPENED, fund, by=user, data={"reason": reason})
    return fund


def require_settled(fund: Fund) -> None:
    """Refuse to end a fund while a round runs, or money is promised to a project."""
    if fund.calls.exclude(state__in=selectors.OVER).exists():
        raise NotPossible(
            _("A round is not at its end yet. Its books are closed first, or it is called off.")
        )
    held = selectors.money(fund)
    if held.set_aside or held.promised:
        owed = wording.yuan(held.set_aside + held.promised)
        raise NotPossible(_("%(owed)s are promised to projects and not paid yet.") % {"owed": owed})


def _save(fund: Fund) -> None:
    try:
        with transaction.atomic():
            fund.save()
    except IntegrityError as error:
        raise NotPossible(_("There is a fund of this name here already.")) from error
