"""Lines of a book: what is written stays, adds up, and never takes more than there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.ledger import beancount, services
from portal.ledger.models import Account, Entry, Posting
from portal.ledger.selectors import balance_at, statement
from portal.ledger.verify import faults
from portal.record.models import Entry as RecordEntry
from tests.concurrency import at_once
from tests.examples import examples
from tests.ledger.factories import earn, make_book, spend

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW), translation.override("en"):
        yield


def cash(book: Any) -> Account:
    """The account with the money, afresh."""
    return Account.objects.get(book=book, code="cash")


@pytest.mark.django_db
class TestLines:
    def test_a_line_moves_money_and_is_in_the_public_record_by_its_fingerprint(self) -> None:
        book, writer = make_book()

        line = earn(book, writer, 6480, TODAY)

        assert (line.sequence, cash(book).balance) == (1, 6480)
        recorded = RecordEntry.objects.get(action="ledger.booked")
        assert recorded.data == {"number": 1, "amount": "64.80", "sha256": line.hash}
        assert recorded.subject == "fund:3"

    def test_paying_a_voucher_twice_is_one_line(self) -> None:
        book, writer = make_book()
        earn(book, writer, 10000, TODAY)

        first = spend(book, writer, 4000, TODAY, once="voucher:7")
        again = spend(book, writer, 4000, TODAY, once="voucher:7")
        with pytest.raises(NotPossible, match="booked already, as line 2"):
            spend(book, writer, 5000, TODAY, once="voucher:7")

        assert first == again
        assert cash(book).balance == 6000

    @pytest.mark.parametrize(
        ("fen", "day", "said"),
        [
            (0, TODAY, "more than nothing"),
            (10**12, TODAY, "Please check the amount"),
            (100, TODAY + timedelta(days=1), "still to come"),
        ],
    )
    def test_what_nobody_means_is_refused(self, fen: int, day: date, said: str) -> None:
        book, writer = make_book()

        with pytest.raises(NotPossible, match=said):
            earn(book, writer, fen, day)

        assert not Entry.objects.exists()

    def test_postings_that_do_not_add_up_or_are_of_another_book_are_no_line(self) -> None:
        book, writer = make_book()
        for amounts in ({"cash": 5, "gifts": -4}, {"cash": 5, "other": -5}, {"cash": 5}):
            with pytest.raises(ValueError, match="adds up to nothing"):
                services.post_entry(book, TODAY, "错", amounts, by=writer, kind="income")  # type: ignore[arg-type]

    def test_no_day_since_may_have_held_less_than_nothing(self) -> None:
        book, writer = make_book()
        earn(book, writer, 1000, TODAY - timedelta(days=9))
        spend(book, writer, 900, TODAY - timedelta(days=5))
        earn(book, writer, 5000, TODAY)

        with pytest.raises(NotPossible, match="only 1 yuan at hand"):
            spend(book, writer, 200, TODAY - timedelta(days=7))

        spend(book, writer, 200, TODAY)
        assert cash(book).balance == 4900


@pytest.mark.django_db
class TestWhatStays:
    def test_a_reversal_gives_back_exactly_what_was_paid_once(self) -> None:
        book, writer = make_book()
        earn(book, writer, 10000, TODAY)
        before = dict(Account.objects.values_list("code", "balance"))
        wrong = spend(book, writer, 2000, TODAY)

        back = services.reverse(wrong, "写错了金额", by=writer)

        assert dict(Account.objects.values_list("code", "balance")) == before
        with pytest.raises(NotPossible, match="reversed already"):
            services.reverse(wrong, "再来一次", by=writer)
        with pytest.raises(NotPossible, match="not reversed"):
            services.reverse(back, "反悔", by=writer)
        assert [line.amount for line in statement(cash(book), 2026).lines] == [10000, -2000, 2000]

    def test_income_that_was_spent_since_is_not_reversed(self) -> None:
        book, writer = make_book()
        gift = earn(book, writer, 1000, TODAY)
        spend(book, writer, 900, TODAY)

        with pytest.raises(NotPossible, match="more than there is"):
            services.reverse(gift, "退回", by=writer)

    def test_models_and_database_refuse_to_change_a_line(self) -> None:
        book, writer = make_book()
        line = earn(book, writer, 1000, TODAY)

        for change in (line.delete, Entry.objects.all().delete, lambda: Posting.objects.update(amount=1)):
            with pytest.raises(TypeError, match="append-only"):
                change()
        for change in ("UPDATE ledger_entry SET text = 'x'", "UPDATE ledger_posting SET amount = 1"):
            with (
                pytest.raises(IntegrityError, match="stays"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(change)

    def test_a_closed_year_takes_no_line(self) -> None:
        book, writer = make_book()
        earn(book, writer, 1000, date(2025, 12, 30))

        closed = services.close_year(book, 2025, "cash", by=writer)

        assert closed.balance == 1000
        for year in (2025, 2024):
            with pytest.raises(NotPossible, match="closed already"):
                services.close_year(book, year, "cash", by=writer)
        with pytest.raises(NotPossible, match="not over"):
            services.close_year(book, 2026, "cash", by=writer)
        with pytest.raises(NotPossible, match="The year 2025 is closed"):
            earn(book, writer, 1, date(2025, 12, 31))
        services.reverse(Entry.objects.get(), "上年写错", by=writer)
        assert statement(cash(book), 2026).opening == 1000


@pytest.mark.django_db
class TestReading:
    def test_a_year_begins_where_the_last_one_ended_and_says_its_sums(
        self, django_assert_max_num_queries: Any
    ) -> None:
        book, writer = make_book()
        earn(book, writer, 86000, date(2025, 5, 1))
        for _one in range(12):
            earn(book, writer, 100, TODAY)
        services.reverse(spend(book, writer, 700, TODAY), "错", by=writer)

        account = cash(book)
        with django_assert_max_num_queries(4):
            year = statement(account, 2026)

        assert (year.opening, year.closing, year.received, year.spent) == (86000, 87200, 1200, 0)
        assert year.closing == account.balance == balance_at(account, TODAY)

    def test_the_text_for_beancount_has_every_line(self) -> None:
        book, writer = make_book()
        earn(book, writer, 6480, TODAY, text='旧"家电"')

        text = "".join(beancount.export(book))

        assert '2026-11-26 * "旧\\"家电\\""' in text
        assert "  Assets:Cash  64.80 CNY\n  Income:Gifts  -64.80 CNY\n" in text


@pytest.mark.django_db
class TestVerifying:
    def test_a_sound_book_is_said_to_be(self, capsys: Any) -> None:
        book, writer = make_book()
        earn(book, writer, 1000, TODAY)
        services.reverse(spend(book, writer, 300, TODAY), "错", by=writer)

        call_command("verify_books")

        assert capsys.readouterr().out == "fund:3: 3 lines, all add up\n"

    @pytest.mark.parametrize(
        ("statement_", "said"),
        [
            (
                "DELETE FROM ledger_posting WHERE id = (SELECT MIN(id) FROM ledger_posting)",
                "line 1: its postings",
            ),
            ("UPDATE ledger_account SET balance = balance + 1 WHERE code = 'cash'", "cash says 1001 fen"),
            ("UPDATE ledger_book SET sequence = 9", "the book says it has 9 lines"),
            ("DELETE FROM record_entry WHERE action = 'ledger.booked'", "line 1: the public record"),
        ],
    )
    def test_the_first_wrong_line_is_named(self, statement_: str, said: str) -> None:
        if connection.vendor == "postgresql" and "ledger_posting" in statement_:
            pytest.skip("PostgreSQL refuses this already")
        book, writer = make_book()
        earn(book, writer, 1000, TODAY)
        with connection.cursor() as cursor:
            cursor.execute(statement_)

        with pytest.raises(CommandError, match=f"fund:3: {said}"):
            call_command("verify_books")


steps = st.lists(
    st.tuples(st.sampled_from(["earn", "spend", "reverse"]), st.integers(1, 500), st.integers(0, 20)),
    max_size=12,
)


@pytest.mark.django_db
@settings(max_examples=examples(25), deadline=None)
@given(steps)
def test_whatever_is_written_in_whatever_order_a_book_adds_up(walk: list[tuple[str, int, int]]) -> None:
    with transaction.atomic(), clock.at(NOW):
        book, writer = make_book(subject="fund:9")
        held = 0
        for verb, fen, back in walk:
            try:
                if verb == "reverse":
                    lines = list(Entry.objects.filter(book=book))
                    done = services.reverse(lines[fen % len(lines)], "错", by=writer) if lines else None
                else:
                    done = (earn if verb == "earn" else spend)(
                        book, writer, fen, TODAY - timedelta(days=back)
                    )
            except NotPossible:
                continue
            if done:
                held += done.postings.get(account__code="cash").amount
        year = statement(cash(book), 2026)
        assert list(faults(book)) == []
        assert cash(book).balance == year.closing == held
        assert all(balance_at(cash(book), TODAY - timedelta(days=n)) >= 0 for n in range(22))
        assert year.opening + year.received - year.spent == year.closing
        transaction.set_rollback(True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_twenty_payments_of_the_last_money_one_goes_through(self) -> None:
        book, writer = make_book()
        earn(book, writer, 5000, TODAY)

        def pay() -> Entry:
            with clock.at(NOW):
                return spend(book, writer, 5000, TODAY)

        outcome = at_once(20, pay)

        assert (len(outcome.results), {type(error) for error in outcome.errors}) == (1, {NotPossible})
        assert cash(book).balance == 0
        assert list(faults(book)) == []

    def test_without_the_lock_the_constraints_still_hold_the_money(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        book, writer = make_book()
        earn(book, writer, 5000, TODAY)
        monkeypatch.setattr(services, "locked", lambda one: type(one).objects.get(pk=one.pk))

        def pay() -> Entry:
            with clock.at(NOW):
                return spend(book, writer, 5000, TODAY)

        outcome = at_once(10, pay)

        assert len(outcome.results) == 1
        assert any(isinstance(error, IntegrityError) for error in outcome.errors), (
            "the lock makes the difference"
        )

    def test_two_clerks_with_one_voucher_write_one_line(self) -> None:
        book, writer = make_book()
        earn(book, writer, 5000, TODAY)

        def pay() -> Entry:
            with clock.at(NOW):
                return spend(book, writer, 1000, TODAY, once="voucher:1")

        outcome = at_once(5, pay)

        assert (len(set(outcome.results)), outcome.errors) == (1, [])
        assert cash(book).balance == 4000
