"""A building's cash book: who writes, who looks, what stays, and what its pages show to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from portal.boards.cashbook import reading, services
from portal.boards.cashbook.jobs import ask_to_close
from portal.boards.cashbook.models import BigSpending
from portal.boards.cashbook.permissions import (
    BOARDS,
    BOOK_NEEDS,
    CASHBOOKS,
    LINE_NEEDS,
    LINES,
    SPENDING_NEEDS,
    SPENDINGS,
)
from portal.community.models import Appointment, Post
from portal.community.permissions import forget_roles
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.ledger.models import Account, Entry
from portal.ledger.selectors import statement
from portal.notifications.models import Notice
from tests.boards.cashbook_factories import Books, make_cash_book, receipt
from tests.concurrency import at_once
from tests.factories import (
    make_appointment,
    make_building,
    make_neighbourhood,
    make_resident,
    make_user,
    person_of,
)

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW), translation.override("en"):
        yield


def left(books: Books) -> int:
    """Fen at hand."""
    return Account.objects.get(book=books.book.book, code="cash").balance


def spend(books: Books, fen: int, **more: Any) -> Any:
    """The head writes a spending."""
    values = {"day": TODAY, "text": "拖把", "heading": "cleaning", **more}
    return services.spend(books.head, books.book.pk, amount=fen, **values)


@pytest.mark.django_db
class TestWhoMay:
    def test_each_row_of_the_table(self) -> None:
        """By hand from domain 5.2: one of those who look after the building writes, another looks, all read."""
        books = make_cash_book()
        big, line = spend(books, 30000), Entry.objects.get()
        other_head = make_resident(within=(other := make_building(parent=books.building.get_parent())))
        make_appointment(person_of(other_head), Post.BUILDING_HEAD, other)
        delegate = make_user(post=Post.DELEGATE, neighbourhood=books.here)
        stranger = make_resident(within=make_neighbourhood())
        people = {
            "keeper": books.head,
            "deputy": books.deputy,
            "worker": books.worker,
            "delegate": delegate,
            "neighbour": books.neighbour,
            "other head": other_head,
            "stranger": stranger,
        }
        table = {
            "earn": {"keeper"},
            "spend": {"keeper"},
            "name_keeper": {"keeper", "deputy", "worker"},
            "close_year": {"keeper"},
            "check_year": {"worker", "delegate"},
            "receipts": set(people) - {"stranger"},
            "waiting": {"keeper", "deputy", "worker"},
        }
        assert set(table) == set(BOOK_NEEDS)
        lines = {
            "reverse": {"keeper", "worker"},
            "replace_receipt": {"keeper"},
            "receipts": set(people) - {"stranger"},
        }
        assert set(lines) == set(LINE_NEEDS)
        spendings = {
            "read": {"keeper", "deputy", "worker"},
            "agree": {"deputy", "worker"},
            "refuse": {"deputy", "worker"},
            "withdraw": {"keeper"},
        }
        assert set(spendings) == set(SPENDING_NEEDS)

        wrong = [
            (action, name)
            for door, thing, rows in (
                (CASHBOOKS, books.book, table),
                (LINES, line, lines),
                (SPENDINGS, big, spendings),
            )
            for action, who in rows.items()
            for name, user in people.items()
            if door.entitled(user, action, thing) is not (name in who)
        ]
        assert wrong == []
        assert BOARDS.entitled(books.deputy, "open_book", books.board)
        assert not BOARDS.entitled(other_head, "open_book", books.board)

    def test_a_head_loses_the_book_with_the_post_and_the_deputy_goes_on(self) -> None:
        books = make_cash_book()
        Appointment.objects.filter(person=books.head.person).update(until=TODAY)
        for user in (books.head, books.deputy):
            forget_roles(user)

        with pytest.raises(PermissionDenied):
            spend(books, 100)
        services.spend(books.deputy, books.book.pk, TODAY, "拖把", 100, "cleaning")

    def test_the_one_named_keeps_the_book(self) -> None:
        books = make_cash_book()

        services.name_keeper(books.head, books.book.pk, person_of(books.deputy))

        with pytest.raises(PermissionDenied):
            spend(books, 100)
        services.earn(books.deputy, books.book.pk, TODAY, "废品", 6480, "scrap")
        with pytest.raises(NotPossible, match="Only one of those"):
            services.name_keeper(books.head, books.book.pk, person_of(books.neighbour))

    def test_there_is_one_book_for_a_building(self) -> None:
        books = make_cash_book()
        with pytest.raises(NotPossible, match="opened already"):
            services.open_book(books.head, books.board.pk, TODAY, 0)


@pytest.mark.django_db
class TestSecondLook:
    def test_a_large_spending_waits_for_another_person_and_is_one_line(self) -> None:
        books = make_cash_book()

        asked = spend(books, 20001, papers=[receipt()])

        assert isinstance(asked, BigSpending)
        assert left(books) == 86000
        assert Duty.objects.active().filter(kind="cashbook.look").count() == 1
        assert set(Notice.objects.filter(kind="cashbook.asked").values_list("user", flat=True)) == {
            books.deputy.pk,
            books.worker.pk,
        }
        with pytest.raises(PermissionDenied):
            services.agree(books.head, asked.pk)
        services.agree(books.deputy, asked.pk)
        with pytest.raises(NotPossible, match="looked at this already"):
            services.agree(books.worker, asked.pk)
        entry = Entry.objects.get(kind="spending")
        assert (left(books), entry.by, entry.receipts.count()) == (65999, books.head, 1)
        assert not Duty.objects.active().exists()

    def test_up_to_the_amount_one_person_is_enough(self) -> None:
        books = make_cash_book()
        assert isinstance(spend(books, 20000), Entry)

    def test_it_can_be_refused_or_taken_back_and_nothing_is_booked(self) -> None:
        books = make_cash_book()
        first, second = spend(books, 30000), spend(books, 40000)

        services.refuse(books.worker, first.pk, "没有票据")
        services.withdraw(books.head, second.pk)

        assert left(books) == 86000
        assert Notice.objects.get(kind="cashbook.refused").user == books.head
        assert not Duty.objects.active().exists()

    def test_what_the_money_does_not_reach_for_is_not_even_asked(self) -> None:
        books = make_cash_book()
        with pytest.raises(NotPossible, match="only 860 yuan at hand"):
            spend(books, 90000)


@pytest.mark.django_db
class TestLines:
    def test_the_committee_reverses_and_the_writer_is_told(self) -> None:
        books = make_cash_book()
        wrong = spend(books, 2000, text="运费")

        services.reverse(books.worker, wrong.pk, "送货没有收运费")

        assert left(books) == 86000
        assert Notice.objects.get(kind="cashbook.reversed").user == books.head

    def test_a_wrong_receipt_stays_beside_the_right_one(self) -> None:
        books = make_cash_book()
        line = spend(books, 2000, papers=[receipt("错.png")])
        old = line.receipts.get()

        services.replace_receipt(books.head, line.pk, "拍错了", [receipt("对.png")], old)

        assert line.receipts.count() == 2
        assert old.replaced_by.reason == "拍错了"
        with pytest.raises(NotPossible, match="replaced already"):
            services.replace_receipt(books.head, line.pk, "再换", [receipt()], old)

    @pytest.mark.parametrize(
        ("field", "value", "status"),
        [
            ("amount", "0", 409),
            ("amount", "-5", 422),
            ("amount", "1.999", 422),
            ("amount", "1000000000000", 422),
            ("amount", "99,999,999", 409),
            ("amount", "900", 409),
            ("day", "2026-11-27", 422),
            ("day", "2025-12-31", 409),
            ("heading", "scrap", 422),
        ],
    )
    def test_what_nobody_means_is_refused_and_nothing_is_written(
        self, client: Client, field: str, value: str, status: int
    ) -> None:
        books = make_cash_book()
        client.force_login(books.head)
        sent = {"day": "2026-11-26", "text": "拖把", "amount": "64.8", "heading": "cleaning", field: value}

        answer = client.post(reverse("boards:cashbook_act", args=[books.book.pk, "spend"]), sent)

        assert answer.status_code == status
        assert "拖把" in answer.content.decode()
        assert left(books) == 86000

    @pytest.mark.parametrize(
        ("typed", "fen"),
        [("64.8", 6480), ("64.80", 6480), ("¥64.80", 6480), ("￥1,293.00", 129300), ("1，293", 129300)],
    )
    def test_amounts_are_taken_as_people_write_them(self, client: Client, typed: str, fen: int) -> None:
        books = make_cash_book()
        client.force_login(books.head)
        sent = {"day": "2026-11-26", "text": "废品", "amount": typed, "heading": "scrap"}

        answer = client.post(reverse("boards:cashbook_act", args=[books.book.pk, "earn"]), sent)

        assert answer.status_code == 302
        assert left(books) == 86000 + fen

    def test_another_building_has_another_book(self, client: Client) -> None:
        books = make_cash_book()
        other = make_resident(within=(building := make_building(parent=books.building.get_parent())))
        make_appointment(person_of(other), Post.BUILDING_HEAD, building)
        client.force_login(other)

        assert client.get(reverse("boards:cashbook_act", args=[books.book.pk, "spend"])).status_code == 403
        with pytest.raises(PermissionDenied):
            services.spend(other, books.book.pk, TODAY, "拖把", 100, "cleaning")
        with pytest.raises(Http404):
            services.spend(other, books.book.pk + 99, TODAY, "拖把", 100, "cleaning")


@pytest.mark.django_db
class TestYears:
    def test_a_year_is_closed_in_time_looked_through_and_stays(self) -> None:
        books = make_cash_book()
        with clock.at(NOW + timedelta(days=45)):
            ask_to_close()
            ask_to_close()
            asked = Duty.objects.active().get(kind="cashbook.close")
            assert (asked.area, clock.day_of(asked.due_at - timedelta(seconds=1))) == (
                books.building,
                date(2027, 1, 31),
            )
            services.close_year(books.head, books.book.pk, 2026)
            assert list(Duty.objects.active().values_list("kind", flat=True)) == ["cashbook.check"]
            with pytest.raises(NotPossible, match="2026 is closed"):
                spend(books, 100, day=TODAY)

            services.check_year(books.worker, books.book.pk, 2026, sound=True)

            assert not Duty.objects.active().exists()
            with pytest.raises(NotPossible, match="already"):
                services.check_year(books.worker, books.book.pk, 2026, sound=True)
            ask_to_close()
            assert not Duty.objects.active().exists()

    def test_nobody_looks_through_the_own_lines(self) -> None:
        books = make_cash_book()
        make_appointment(person_of(books.head), Post.DELEGATE, books.here)
        forget_roles(books.head)
        with clock.at(NOW + timedelta(days=45)):
            services.close_year(books.head, books.book.pk, 2026)
            with pytest.raises(NotPossible, match="lines of this year yourself"):
                services.check_year(books.head, books.book.pk, 2026, sound=True)


@pytest.mark.django_db
class TestPages:
    def test_everybody_reads_the_book_and_neighbours_the_receipts(self, client: Client) -> None:
        books = make_cash_book()
        line = spend(books, 15800, text="楼道折叠凳", papers=[receipt()])
        page = reverse("boards:cashbook", args=[books.book.pk])
        file = reverse("boards:receipt", args=[line.pk, line.receipts.get().upload_id])

        text = client.get(page).content.decode()
        assert "楼道折叠凳" in text
        assert "−158.00" in text
        assert "702.00" in text
        assert client.get(file).status_code == 302
        assert file not in client.get(services.line_url(line)).content.decode()
        client.force_login(make_resident(within=make_neighbourhood()))
        assert client.get(file).status_code == 403
        client.force_login(books.neighbour)
        assert file in client.get(services.line_url(line)).content.decode()
        given = client.get(file)
        assert (given.status_code, given["Content-Type"]) == (200, "image/webp")
        assert b"".join(given.streaming_content).startswith(b"RIFF")
        given.close()

    def test_a_spending_that_waits_is_seen_by_those_who_look(self, client: Client) -> None:
        books = make_cash_book()
        asked = spend(books, 30000, text="新水泵", papers=[receipt()])
        page = reverse("boards:cashbook", args=[books.book.pk])

        assert "新水泵" not in client.get(page).content.decode()
        client.force_login(books.neighbour)
        assert client.get(asked.get_absolute_url()).status_code == 403
        client.force_login(books.deputy)
        assert "新水泵" in client.get(page).content.decode()
        assert client.get(asked.get_absolute_url()).status_code == 200

    def test_the_first_year_adds_up_by_heading(self) -> None:
        books = make_cash_book()
        spend(books, 15800)
        year = reading.year_of(books.book, 2026)

        assert year.brought + year.received - year.spent == year.closing
        assert reading.figures(year).opening == "860.00"
        assert reading.sums(year).spending == (("cleaning", "158.00"),)

    def test_the_board_shows_the_last_four_lines_and_the_way_to_all(self, client: Client) -> None:
        books = make_cash_book()
        for number in range(5):
            spend(books, 100, text=f"第{number}笔")

        text = client.get(books.board.get_absolute_url()).content.decode()

        assert [f"第{number}笔" in text for number in range(5)] == [False, True, True, True, True]
        assert books.book.get_absolute_url() in text
        assert "855.00" in text

    def test_sheet_table_and_beancount_say_the_same_numbers(self, client: Client) -> None:
        books = make_cash_book()
        spend(books, 15800, text="=1+1")
        pk = books.book.pk

        assert "702.00" in client.get(reverse("boards:cashbook_sheet", args=[pk])).content.decode()
        rows = b"".join(client.get(reverse("boards:cashbook_csv", args=[pk])).streaming_content).decode()
        assert ",158.00,702.00," in rows
        assert ",'=1+1," in rows
        text = b"".join(
            client.get(reverse("boards:cashbook_beancount", args=[pk])).streaming_content
        ).decode()
        assert "  Expenses:Cleaning  158.00 CNY" in text
        call_command("verify_books", "--subject", books.book.book.subject)

    def test_years_that_are_none_are_not_found(self, client: Client) -> None:
        books = make_cash_book()
        page = reverse("boards:cashbook", args=[books.book.pk])
        assert [client.get(page, {"year": year}).status_code for year in ("2025", "x", "99999", "²")] == [
            200,
            404,
            404,
            404,
        ]

    def test_the_page_asks_as_much_of_twelve_lines_as_of_one(self, client: Client) -> None:
        books = make_cash_book()
        page = reverse("boards:cashbook", args=[books.book.pk])
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(page)
        for _one in range(11):
            spend(books, 100)
        client.get(page)
        with CaptureQueriesContext(connection) as many:
            client.get(page)
        assert len(many) <= len(few) <= 25

    def test_the_chart_steps_through_the_lines(self) -> None:
        books = make_cash_book()
        spend(books, 16000)
        year = statement(Account.objects.get(book=books.book.book, code="cash"), 2026)

        drawn = reading.chart(year)

        assert drawn is not None
        assert drawn.line.startswith("M0.0 ")
        assert drawn.line.count("V") == 2
        assert drawn.line.endswith("H640")
        assert "at least 700 yuan" in drawn.words
        with clock.at(NOW + timedelta(days=400)):
            assert (
                reading.chart(statement(Account.objects.get(book=books.book.book, code="cash"), 2027)) is None
            )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_who_agree_at_once_write_one_line(self) -> None:
        books = make_cash_book()
        asked = spend(books, 30000)
        users = [books.deputy, books.worker]

        def agree(number: int) -> object:
            with clock.at(NOW):
                return services.agree(users[number], asked.pk)

        outcome = at_once(2, agree, numbered=True)

        assert (len(outcome.results), [type(one) for one in outcome.errors]) == (1, [NotPossible])
        assert left(books) == 56000

    def test_of_twenty_spendings_of_the_last_money_one_is_written(self) -> None:
        books = make_cash_book(10000)

        def pay() -> object:
            with clock.at(NOW):
                return spend(books, 10000)

        outcome = at_once(20, pay)

        assert (len(outcome.results), {type(one) for one in outcome.errors}) == (1, {NotPossible})
        assert left(books) == 0
