"""Many at once, on PostgreSQL: the last money is paid once, with the locks and, by the constraints, without them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from portal.community.models import User
from portal.funds.models import Funding, Grant, Instalment, Invoice, Source
from portal.funds.running import services
from portal.funds.running.permissions import INSTALMENTS
from portal.funds.running.services import paying
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.ledger import services as ledger
from portal.ledger.models import Book, Entry
from portal.ledger.verify import faults
from tests.concurrency import Outcome, at_once
from tests.funds.factories import YUAN, make_application, make_grant
from tests.funds.factories_applying import photo
from tests.funds.factories_running import ASKED, Project, ask, invoice, make_agreed, make_approved, pay

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
MANY = 20


def last_money() -> Project:
    """Everything but the last instalment is paid, and that one is approved."""
    project = make_agreed()
    pay(project, 1)
    services.check_midterm(project.worker, project.pk, True, "好")
    pay(project, 2)
    grant = project.now()
    Grant.objects.filter(pk=grant.pk).update(state="accepted", spent=ASKED)
    ask(project, 3)
    return project


def pay_at_once(project: Project) -> Outcome:
    part = project.part(3)

    def go(at: int) -> object:
        clerk = project.worker if at % 2 else project.clerk
        user = User.objects.select_related("person").get(pk=clerk.pk)
        return services.pay_instalment(user, part.pk, clock.today(), f"凭-末-{at}")

    return at_once(MANY, go, numbered=True)


def require_once(project: Project, outcome: Outcome) -> None:
    assert len(outcome.results) == 1
    grant = project.now()
    assert grant.paid == grant.approved == ASKED
    assert Entry.objects.filter(once__startswith=f"instalment:{project.part(3).pk}:").count() == 1
    assert list(faults(Book.objects.get(pk=project.fund.book_id))) == []


def test_twenty_payments_of_the_last_money_at_once_are_one() -> None:
    project = last_money()
    outcome = pay_at_once(project)

    require_once(project, outcome)
    assert {type(error) for error in outcome.errors} == {NotPossible}
    assert {source.set_aside for source in Source.objects.all()} == {0}


def test_without_the_locks_the_constraints_hold_the_last_money(monkeypatch: pytest.MonkeyPatch) -> None:
    project = last_money()
    monkeypatch.setattr(INSTALMENTS, "take", INSTALMENTS.get)
    monkeypatch.setattr(paying, "locked_sources", lambda grant: {})
    monkeypatch.setattr(ledger, "locked", lambda book: book)

    outcome = pay_at_once(project)

    require_once(project, outcome)
    assert any(isinstance(error, IntegrityError) for error in outcome.errors)


def test_two_agreements_at_once_never_promise_the_same_money() -> None:
    project = make_approved(first=2_000 * YUAN, second=400 * YUAN)
    other = make_grant(make_application(project.grant.application.call, title="另一个项目"))
    first, second = project.sources
    amounts = {first.pk: 2_000 * YUAN, second.pk: 400 * YUAN}
    keys = [project.pk, other.pk]

    def go(at: int) -> Any:
        user = User.objects.select_related("person").get(pk=project.worker.pk)
        day = clock.today() + timedelta(days=9)
        return services.agree(user, keys[at], photo(), day, amounts)

    outcome = at_once(2, go, numbered=True)

    assert (len(outcome.results), [type(error) for error in outcome.errors]) == (1, [NotPossible])
    assert sum(Funding.objects.values_list("amount", flat=True)) == ASKED


def test_one_invoice_sent_by_many_at_once_stands_once() -> None:
    project = make_agreed()
    project.grant = project.now()

    outcome = at_once(8, lambda: invoice(project, "A1"))

    assert len(outcome.results) == 1
    assert Invoice.objects.count() == 1


def test_a_payment_and_its_reversal_at_once_leave_books_that_hold() -> None:
    project = make_agreed()
    part = pay(project, 1)

    def go(at: int) -> object:
        user = User.objects.select_related("person").get(pk=project.clerk.pk)
        return services.reverse_payment(user, part.pk, "付错了")

    outcome = at_once(6, go, numbered=True)

    assert len(outcome.results) == 1
    assert Instalment.objects.get(pk=part.pk).entry_id is None
    assert project.now().paid == 0
    assert list(faults(Book.objects.get(pk=project.fund.book_id))) == []
