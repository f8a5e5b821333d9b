"""What time does: books are added up each night; what a step of a project left owed is owed, should it be missing."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from portal.duties.models import Duty
from portal.funds.books.permissions import RELATED, TO_SETTLE
from portal.funds.books.services.accounts import ask_for_accounts, ask_to_close_round
from portal.funds.books.services.checking import add_up
from portal.funds.books.services.progress import ask_for_progress
from portal.funds.books.wording import ACCOUNTS, CLOSE_CALL, PROGRESS
from portal.funds.models import Call, Fund, Grant
from portal.funds.states import UNDER_WAY, CallState
from portal.kit import clock
from portal.kit.periodic import in_time, job
from portal.record.services import key


def _owing(kind: str) -> set[str]:
    return set(Duty.objects.active().filter(kind=kind).values_list("subject", flat=True))


@job
def ask_for_notes() -> None:
    """Who leads a project under way owes the next note; once it is not under way any more, nobody does."""
    owed = _owing(PROGRESS)
    under_way = Q(state__in=UNDER_WAY)
    owing = Q(pk__in=[subject.rpartition(":")[2] for subject in owed])
    grants = Grant.objects.filter(under_way | owing).select_related(*RELATED).order_by("pk")
    for grant in in_time([one for one in grants if (key(one) in owed) != (one.state in UNDER_WAY)]):
        with transaction.atomic():
            ask_for_progress(
                Grant.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=grant.pk)
            )


@job
def ask_to_settle() -> None:
    """The accounts of what was accepted or ended early are owed; so are the books of a round that is at its end."""
    owed = _owing(ACCOUNTS)
    grants = Grant.objects.filter(state__in=TO_SETTLE).select_related(*RELATED).order_by("pk")
    for grant in in_time([one for one in grants if key(one) not in owed]):
        ask_for_accounts(grant)
    rounds = Call.objects.filter(state=CallState.DECIDED)
    closing = _owing(CLOSE_CALL)
    for call in in_time(
        [one for one in rounds.select_related("fund__neighbourhood") if key(one) not in closing]
    ):
        ask_to_close_round(call)


@job
def add_up_books() -> None:
    """Each book of a fund is added up anew once a day; what does not hold is told."""
    since = clock.at_time(clock.today(), 0)
    funds = Fund.objects.exclude(check_of_book__at__gte=since).select_related("neighbourhood", "book")
    for fund in in_time(funds.order_by("pk")):
        add_up(fund)
