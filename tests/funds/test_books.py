"""Where every fen came from and went: both sides always the same, whatever is paid, reversed and given back."""

from __future__ import annotations

import csv
import random
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.funds.books import giving, listing, reading
from portal.funds.books.flows import ALWAYS, GIVER, Flows, Period, flows
from portal.funds.books.services import add_up, verify
from portal.funds.calls import services as calls
from portal.funds.calls.selectors import money
from portal.funds.models import BookCheck, Call, Fund
from portal.funds.states import CallState, GrantState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.ribbons import ribbons
from portal.ledger import beancount
from portal.ledger import services as ledger
from portal.ledger.models import Account, EntryKind
from portal.ledger.verify import faults
from tests.funds.factories import make_application, make_call, make_fund, make_source
from tests.funds.factories_books import YUAN, Project, give_back, make_project, open_grant, pay, promise

pytestmark = pytest.mark.django_db


def sound(fund: Fund) -> bool:
    found = flows(fund)
    shown = reading.sides(found, now=True)
    return found.holds and shown.apart == 0 and _figures_agree(found)


def test_every_fen_stands_on_both_sides() -> None:
    project = make_project()
    pay(project, 1_000 * YUAN, 240 * YUAN)
    promise(project, 1, 500 * YUAN)
    calls.spend(project.worker, project.sources[1].pk, clock.today(), "审计", 33)

    found = flows(project.fund)
    shown = reading.sides(found, now=True)

    assert [(row.name, row.amount, row.letter) for row in shown.sources] == [
        ("市福利彩票公益金", 80_000 * YUAN, "甲"),
        ("街道自治金", 40_000 * YUAN, "乙"),
    ]
    assert [(row.label, row.amount, row.letters, row.stays) for row in shown.uses] == [
        (project.application.title, 1_240 * YUAN, "甲、乙", False),
        ("基金自身费用", 33, "乙", False),
        ("留给已签协议的项目", 500 * YUAN, "乙", True),
        ("还没有安排", 118_260 * YUAN - 33, "甲、乙", True),
    ]
    assert shown.came == shown.went == 120_000 * YUAN
    assert found.holds
    assert [(one.mark, one.projects) for one in reading.marked(found, shown)] == [
        ("中国福利彩票", [project.application.title])
    ]


def test_the_pot_of_a_round_that_runs_is_not_free_here_either() -> None:
    project = make_project()
    promise(project, 1, 500 * YUAN)
    call = project.grant.application.call
    Call.objects.filter(pk=call.pk).update(state=CallState.REVIEWING, pot=30_000 * YUAN)

    shown = reading.sides(flows(project.fund), now=True)

    rows = {row.label: row.amount for row in shown.uses}
    assert rows["留给正在进行的征集和已批准的项目"] == 30_000 * YUAN
    assert rows["还没有安排"] == money(project.fund).free
    assert shown.apart == 0


def test_what_is_reversed_or_given_back_is_no_use_of_money_any_more() -> None:
    project = make_project()
    before = flows(project.fund)
    line = pay(project, 1_000 * YUAN)
    ledger.reverse(line, "付错了", by=project.worker)

    after = flows(project.fund)

    assert after.cells == before.cells == {}
    assert (after.left, after.reversed, after.lines) == (before.left, 1, before.lines + 2)
    pay(project, 0, 700 * YUAN)
    give_back(project, 200 * YUAN)
    found = flows(project.fund)
    # It came back to another source than it was paid from: each source says what it gave and what came back.
    assert list(found.cells.values()) == [700 * YUAN]
    assert [one.back for one in found.sources] == [200 * YUAN, 0]
    assert sound(project.fund)


def test_books_balance_after_any_walk() -> None:
    chance = random.Random(14)
    project = make_project()
    lines = []
    for _step in range(40):
        act = chance.choice(["receive", "pay", "reverse", "back", "spend"])
        fen = chance.randrange(1, 900_000)
        try:
            if act == "receive":
                source = chance.choice(project.sources)
                lines.append(calls.receive(project.worker, source.pk, clock.today(), "到账", fen))
            elif act == "pay":
                part = chance.randrange(0, fen + 1)
                project.grant.refresh_from_db()
                amounts = {
                    project.sources[0].at_hand.code: -part,
                    project.sources[1].at_hand.code: part - fen,
                }
                parts = {code: one for code, one in amounts.items() if one}
                parts[f"to-{project.grant.pk}"] = fen
                lines.append(
                    ledger.post_entry(
                        project.fund.book,
                        clock.today(),
                        "拨付",
                        parts,
                        by=project.worker,
                        kind=EntryKind.SPENDING,
                    )
                )
            elif act == "reverse" and lines:
                ledger.reverse(lines.pop(chance.randrange(len(lines))), "记错了", by=project.worker)
            elif act == "spend":
                source = chance.choice(project.sources)
                lines.append(calls.spend(project.worker, source.pk, clock.today(), "手续费", fen % 1000 + 1))
        except NotPossible:
            continue
        assert sound(project.fund)
    assert list(faults(project.fund.book)) == []


def test_a_year_begins_with_what_the_year_before_left() -> None:
    with clock.at(clock.now() - timedelta(days=400)):
        project = make_project()
        year = clock.today().year
        wrong = pay(project, 1_000 * YUAN)
        came = calls.receive(project.worker, project.sources[1].pk, clock.today(), "误记", 300)
    ledger.reverse(wrong, "付错了", by=project.worker)
    ledger.reverse(came, "不是本基金的", by=project.worker)
    now = clock.today().year

    first, later = flows(project.fund, Period.year(year)), flows(project.fund, Period.year(now))

    assert first.brought == 0
    assert first.left == later.brought == 119_000 * YUAN + 300
    # Taken back in a later year: money that came, and money that went back to its giver.
    assert [one.back for one in later.sources] == [1_000 * YUAN, 0]
    assert later.cells == {(1, GIVER): 300}
    assert later.left == 120_000 * YUAN == flows(project.fund, ALWAYS).left
    for found in (first, later):
        assert found.holds
        assert reading.sides(found, now=False).apart == 0


def test_a_balance_that_was_tampered_with_is_seen_at_once() -> None:
    project = make_project()
    assert sound(project.fund)

    Account.objects.filter(pk=project.sources[0].at_hand_id).update(balance=80_000 * YUAN - 1)

    assert not flows(project.fund).holds
    check = add_up(project.fund)
    assert "says" in check.fault
    assert BookCheck.objects.get().fault == check.fault


def test_adding_up_anew_is_told_only_when_it_does_not_hold_and_ends_with_it() -> None:
    project = make_project()
    assert verify(project.worker, project.fund.pk).fault == ""
    at_hand = Account.objects.filter(pk=project.sources[0].at_hand_id)
    at_hand.update(balance=1)

    for _twice in range(2):
        add_up(project.fund)

    told = project.funding.director.notices.filter(kind="fund.book_faulty")
    assert told.count() == 1
    at_hand.update(balance=80_000 * YUAN)
    assert verify(project.worker, project.fund.pk).fault == ""


def test_an_empty_fund_balances_too() -> None:
    funding = make_fund()

    shown = reading.sides(flows(funding.fund), now=True)

    assert shown.picture is None
    assert (shown.came, shown.went, shown.apart) == (0, 0, 0)


def test_more_than_a_picture_can_show_share_the_last_bar_and_still_add_up() -> None:
    funding = make_fund()
    sources = [make_source(funding, 1_000 * YUAN * (n + 1), name=f"来源{n}") for n in range(6)]
    call = make_call(funding)
    for n in range(12):
        grant = open_grant(make_application(call, title=f"项目{n:02d}"))
        parts = {sources[n % 6].at_hand.code: -(n + 1) * YUAN, f"to-{grant.pk}": (n + 1) * YUAN}
        ledger.post_entry(
            funding.fund.book, clock.today(), "拨付", parts, by=funding.worker, kind=EntryKind.SPENDING
        )

    shown = reading.sides(flows(funding.fund), now=True)

    assert {row.letter for row in shown.sources} == {"甲", "乙", "丙", "丁"}
    assert len(shown.uses) == 13
    assert [row.number for row in shown.uses] == [1, 2, 3, 4, 5, 6, *[7] * 6, 9]
    assert shown.shared == 7
    assert shown.apart == 0
    assert shown.picture is not None
    assert len(shown.picture.above) == 4


def test_ribbons_fill_both_sides_and_stay_inside() -> None:
    picture = ribbons({(0, 0): 30, (0, 1): 10, (1, 1): 60}, ["甲", "乙"], [("1", False), ("2", True)])

    for row in (picture.above, picture.below):
        last = row[-1]
        assert float(last.x[:-1]) + float(last.width[:-1]) == pytest.approx(100, abs=0.02)
    assert len(picture.paths) == 3
    numbers = [float(one) for _surface, path in picture.paths for one in re.findall(r"\d+\.\d", path)]
    assert min(numbers) >= 0
    assert max(numbers) <= 1000.1
    with pytest.raises(ValueError, match="more than a picture"):
        ribbons({}, ["x"] * 5, [])


LINE = re.compile(r"^  (Assets|Income|Expenses|Equity):[A-Z][A-Za-z0-9-]*  (-?\d+\.\d\d) CNY$")


def test_the_book_as_beancount_text_balances_line_by_line() -> None:
    project = make_project()
    line = pay(project, 1_000 * YUAN, 1)
    ledger.reverse(line, '付错了"；', by=project.worker)

    text = "".join(beancount.export(project.fund.book))

    opened = set(re.findall(r"^\d{4}-\d\d-\d\d open (\S+) CNY$", text, re.MULTILINE))
    sums, used = [], set()
    for part in re.split(r"(?m)^(?=\d{4}-\d\d-\d\d \* )", text)[1:]:
        postings = [LINE.match(row) for row in part.splitlines() if row.startswith("  ") and "CNY" in row]
        assert all(postings)
        sums.append(sum(round(float(one[2]) * 100) for one in postings if one))
        used |= {one[0].split()[0] for one in postings if one}
    assert sums == [0] * project.fund.book.entries.count()
    assert used <= opened


def test_what_was_given_by_the_fields_of_360giving() -> None:
    project = make_project(GrantState.RUNNING)
    pay(project, 1_000 * YUAN)
    give_back(project, 50)
    application = project.application
    application.title = "=HYPERLINK(1)"
    application.save(update_fields=["title"])

    (one,) = giving.grants(project.fund)
    table = "".join(giving.as_csv(project.fund))

    assert one["id"] == application.number
    assert (one["currency"], one["amountDisbursed"]) == ("CNY", 999.5)
    assert one["amountAppliedFor"] == application.asked / 100
    assert one["plannedDates"][0]["startDate"] < one["plannedDates"][0]["endDate"]
    assert project.lead.person is not None
    assert project.lead.person.public_name not in str(one)
    assert "'=HYPERLINK(1)" in table
    assert "999.50" in table
    assert table.splitlines()[0].startswith("\ufeffIdentifier,Title,Description,Currency,Amount Applied For")


def test_every_line_stands_in_the_table_with_what_it_takes_back() -> None:
    project = make_project()
    line = pay(project, 1_000 * YUAN, text="=1+1")
    ledger.reverse(line, "付错了", by=project.worker)

    rows = "".join(listing.table(project.fund)).splitlines()

    assert len(rows) == 1 + project.fund.book.entries.count()
    paid, back = (row.split(",") for row in rows[-2:])
    assert paid[2] == "'=1+1"
    assert (paid[9], paid[11]) == ("1000.00", str(line.sequence + 1))
    assert (back[9], back[10]) == ("1000.00", str(line.sequence))
    assert set(paid[6:9]) == set(back[6:9]) == {""}


def test_flows_ask_the_same_at_one_line_and_at_many() -> None:
    project = make_project()
    pay(project, 100)
    few = _asked(project)
    assert _asked(project) < few
    for n in range(10):
        pay(project, 100 + n, 5)

    assert _asked(project) == few <= 10


def test_the_sums_of_the_table_are_those_of_the_page_and_of_what_was_given() -> None:
    project = make_project()
    pay(project, 1_000 * YUAN, 500 * YUAN)
    ledger.reverse(pay(project, 333 * YUAN), "付错了", by=project.worker)
    project.grant.paid -= 333 * YUAN
    project.grant.save(update_fields=["paid"])
    give_back(project, 200 * YUAN)
    wrong = calls.receive(project.worker, project.sources[0].pk, clock.today(), "到账", 9_000 * YUAN)
    ledger.reverse(wrong, "重复入账", by=project.worker)
    calls.spend(project.worker, project.sources[1].pk, clock.today(), "手续费", 12_34)

    found = flows(project.fund)
    rows = list(csv.reader("".join(listing.table(project.fund)).splitlines()[1:]))
    came, went, back, void = (sum(Decimal(row[at] or 0) for row in rows) for at in range(6, 10))

    assert 100 * came == found.received == 120_000 * YUAN
    assert 100 * (went - back) == found.spent - found.back == 1_300 * YUAN + 12_34
    assert 100 * (came - went + back) == found.left
    assert void == 2 * (333 + 9_000)
    [given] = giving.grants(project.fund)
    [use] = [row for row in reading.sides(found, now=True).uses if row.url]
    assert given["amountDisbursed"] * 100 == 1_300 * YUAN == use.amount - found.back


def test_a_line_of_an_earlier_year_that_is_taken_back_is_no_income_and_no_spending() -> None:
    with clock.at(clock.now() - timedelta(days=400)):
        project = make_project()
        wrong = pay(project, 700 * YUAN)
        extra = calls.receive(project.worker, project.sources[0].pk, clock.today(), "到账", 50 * YUAN)
    ledger.reverse(wrong, "付错了", by=project.worker)
    ledger.reverse(extra, "不是我们的", by=project.worker)

    found = flows(project.fund, Period.year(clock.today().year))

    assert (found.received, found.spent) == (0, 0)
    assert (found.back, found.given_back) == (700 * YUAN, 50 * YUAN)
    assert _figures_agree(found)


def _figures_agree(found: Flows) -> bool:
    return found.brought + found.received + found.back == found.spent + found.given_back + found.left


def _asked(project: Project) -> int:
    fund = Fund.objects.select_related("book").get(pk=project.fund.pk)
    with CaptureQueriesContext(connection) as found:
        reading.sides(flows(fund), now=True)
    return len(found)
