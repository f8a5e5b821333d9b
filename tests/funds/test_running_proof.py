"""Invoices, changes of the budget and acceptance: each counted once, within what was agreed, by people apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.community.leaving import Leaving
from portal.community.uniting import Union, unite
from portal.duties.models import Duty
from portal.funds.applying.traces import WORDS
from portal.funds.models import Acceptor, CoApplicant, Instalment, Invoice
from portal.funds.running import einvoice, leaving, services
from portal.funds.running.owing import budget
from portal.funds.states import GrantState, InstalmentState, InvoiceState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from tests.factories import make_person, make_resident, person_of
from tests.funds.factories import YUAN
from tests.funds.factories_applying import photo
from tests.funds.factories_running import (
    Project,
    accounts,
    counted,
    invoice,
    make_agreed,
    make_running,
    pay,
    scan,
    team_of,
)

pytestmark = pytest.mark.django_db
XML = """<?xml version="1.0" encoding="utf-8"?>
<EInvoice xmlns="urn:any"><Header><EIid>{number}</EIid></Header><EInvoiceData>
<SellerInformation><SellerName>老王木器店</SellerName></SellerInformation>
<BuyerInformation><BuyerName>{buyer}</BuyerName></BuyerInformation>
<BasicInformation><TotalTax-includedAmount>{total}</TotalTax-includedAmount></BasicInformation></EInvoiceData>
<TaxSupervisionInfo><IssueTime>{day}</IssueTime></TaxSupervisionInfo></EInvoice>"""


def xml(project: Project, **said: str) -> SimpleUploadedFile:
    values = {"number": "2431", "buyer": project.payee, "total": "1000.00", "day": str(clock.today()), **said}
    return SimpleUploadedFile("发票.xml", XML.format(**values).encode(), "text/xml")


def owed(project: Project) -> set[str]:
    return set(Duty.objects.active().filter(subject=key(project.grant)).values_list("kind", flat=True))


def test_an_invoice_counts_once_somebody_else_looked_at_it() -> None:
    project = make_running()
    made = invoice(project, "A1", ("长椅木板", 1_000 * YUAN), ("活动海报", 200 * YUAN))
    assert (made.state, project.now().spent) == (InvoiceState.ENTERED, 0)
    assert "funds.invoice" in owed(project)
    with pytest.raises(PermissionDenied):
        services.look_at_invoice(project.lead, made.pk, True)

    services.look_at_invoice(project.worker, made.pk, True)

    assert project.now().spent == 1_200 * YUAN
    assert (project.line().spent, project.line("活动海报").spent) == (1_000 * YUAN, 200 * YUAN)
    assert project.part(1).state == InstalmentState.RECONCILED
    assert "funds.invoice" not in owed(project)


def test_who_entered_an_invoice_does_not_count_it() -> None:
    project = make_running()
    made = invoice(project, by=project.worker)
    with pytest.raises(NotPossible):
        services.look_at_invoice(project.worker, made.pk, True)
    services.look_at_invoice(project.clerk, made.pk, True)


def test_number_and_file_stand_once_in_a_fund() -> None:
    project = make_running()
    first = invoice(project, "A1")
    with pytest.raises(NotPossible, match="A1"):
        invoice(project, "A1", pdf=scan("another"))
    with pytest.raises(NotPossible, match="A1"):
        invoice(project, "A2", pdf=scan("A1"))
    row = {name: getattr(first, f"{name}_id") for name in ("grant", "fund", "pdf", "entered_by")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.create(
            **{f"{name}_id": value for name, value in row.items()},
            number="A1",
            day=clock.today(),
            seller="店",
            buyer="居委会",
            total=1,
            sha256="0" * 64,
        )
    services.take_out_invoice(project.lead, first.pk, "拍糊了")
    assert invoice(project, "A1").state == InvoiceState.ENTERED


def test_a_line_may_be_negative_while_the_total_stays_above_nothing() -> None:
    project = make_running()
    counted(project, "A1", ("长椅木板", 1_000 * YUAN), ("长椅木板", -50 * YUAN))
    assert project.line().spent == 950 * YUAN
    with pytest.raises(NotPossible):
        invoice(project, "A2", ("长椅木板", 50 * YUAN), ("长椅木板", -50 * YUAN))
    with pytest.raises(NotPossible):
        invoice(project, "A3", ("长椅木板", -50 * YUAN))
    with pytest.raises(NotPossible):
        invoice(project, "A4", ("长椅木板", 50 * YUAN), total=51 * YUAN)
    with pytest.raises(NotPossible):
        invoice(project, "A5", ("长椅木板", 10**12))


def test_a_title_that_is_not_the_payee_is_refused() -> None:
    project = make_running()
    with pytest.raises(NotPossible, match="张三"):
        invoice(project, buyer="张三")
    with pytest.raises(NotPossible):
        invoice(project, day=clock.today() + timedelta(days=1))


def test_more_than_was_approved_or_a_line_may_grow_is_refused() -> None:
    project = make_running()
    invoice(project, "A1", ("活动海报", 264 * YUAN))
    with pytest.raises(NotPossible):
        invoice(project, "A2", ("活动海报", 1))
    with pytest.raises(NotPossible):
        invoice(project, "A3", ("长椅木板", 2_160 * YUAN))
    invoice(project, "A4", ("长椅木板", 2_136 * YUAN))


def test_a_counted_invoice_is_taken_out_by_the_office_alone_and_leaves_no_trace_in_the_sums() -> None:
    project = make_running()
    made = counted(project, "A1", ("长椅木板", 1_200 * YUAN))
    with pytest.raises(NotPossible):
        services.take_out_invoice(project.lead, made.pk, "写错了")
    services.take_out_invoice(project.clerk, made.pk, "退货了")
    assert (project.now().spent, project.line().spent) == (0, 0)
    assert project.part(1).state == InstalmentState.PAID


def test_a_refused_invoice_may_be_looked_at_again_unless_it_came_anew() -> None:
    project = make_running()
    made = invoice(project, "A1")
    with pytest.raises(NotPossible):
        services.look_at_invoice(project.worker, made.pk, False)
    services.look_at_invoice(project.worker, made.pk, False, "看不清")
    services.look_again(project.worker, made.pk, "看错了一位")
    told = project.lead.notices.get(kind="funds.invoice_again")
    assert (told.params["number"], told.params["reason"]) == ("A1", "看错了一位")
    assert "funds.invoice" in owed(project)
    services.look_at_invoice(project.worker, made.pk, False, "还是看不清")
    assert project.lead.notices.filter(kind="funds.invoice_refused").count() == 2
    invoice(project, "A1")
    with pytest.raises(NotPossible):
        services.look_again(project.worker, made.pk, "再看看")


def test_the_xml_is_kept_beside_the_scan_and_says_the_same() -> None:
    project = make_running()
    made = invoice(project, "2431", xml=xml(project))
    with made.xml.open() as kept:
        assert kept.read().startswith(b"<?xml")
    with pytest.raises(NotPossible, match="1200"):
        invoice(project, "2432", xml=xml(project, number="2432", total="1200.00"))
    with pytest.raises(NotPossible):
        invoice(project, "2433", xml=xml(project), pdf=scan("q"))


def test_an_invoice_says_what_it_is_read_for() -> None:
    project = make_running()
    said = einvoice.read(xml(project))
    assert (said.number, said.total, said.buyer, said.day) == (
        "2431",
        100_000,
        project.payee,
        clock.today(),
    )
    assert einvoice.read(SimpleUploadedFile("a.xml", b"<other><EIid>1</EIid></other>")) == einvoice.Said()


@pytest.mark.parametrize(
    "content",
    [
        b"<EInvoice>\n<Header>\n</EInvoice>",
        b"",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><EInvoice>&b;</EInvoice>',
        b"\xff\xfe\x00nonsense",
    ],
)
def test_what_is_no_plain_xml_is_refused(content: bytes) -> None:
    with pytest.raises(NotPossible):
        einvoice.read(SimpleUploadedFile("a.xml", content))


def test_the_line_of_broken_xml_is_named() -> None:
    with pytest.raises(NotPossible, match="3"):
        einvoice.read(SimpleUploadedFile("a.xml", b"<EInvoice>\n<Header>\n</EInvoice>"))


def test_raising_a_budget_after_approval_is_asked_and_answered_never_edited() -> None:
    project = make_agreed()
    planks, posters = project.line(), project.line("活动海报")
    for line, amount, other in (
        (posters, 340 * YUAN, None),
        (posters, 240 * YUAN, None),
        (posters, 3_000 * YUAN, planks),
        (posters, 340 * YUAN, posters),
        (posters, 200 * YUAN, planks),
    ):
        with pytest.raises(NotPossible):
            services.ask_change(project.lead, project.pk, line, amount, "海报贵了", other)
    asked = services.ask_change(project.lead, project.pk, posters, 340 * YUAN, "海报贵了", planks)
    with pytest.raises(NotPossible):
        services.ask_change(project.lead, project.pk, posters, 350 * YUAN, "又贵了", planks)
    assert project.line("活动海报").agreed == 240 * YUAN
    with pytest.raises(PermissionDenied):
        services.answer_change(project.lead, asked.pk, True, "好")

    services.answer_change(project.director, asked.pk, True, "同意")

    assert project.line("活动海报").agreed == 340 * YUAN
    assert sum(line.agreed for line in budget(project.grant)) == project.grant.approved
    assert "funds.change" not in owed(project)


def test_a_refused_change_leaves_the_budget_and_more_of_the_line_stays_refused() -> None:
    project = make_running()
    asked = services.ask_change(
        project.lead, project.pk, project.line("活动海报"), 340 * YUAN, "贵了", project.line()
    )
    services.answer_change(project.director, asked.pk, False, "找便宜的")
    with pytest.raises(NotPossible):
        invoice(project, "A1", ("活动海报", 300 * YUAN))


def finished() -> Project:
    project = make_running()
    services.report_done(project.lead, project.pk)
    return project


def test_a_team_of_three_apart_accepts_the_work() -> None:
    project = finished()
    assert owed(project) == {"funds.team"}
    team = team_of(project)
    services.name_acceptors(project.worker, project.pk, team)
    assert owed(project) == {"funds.accept"}
    for user in accounts(team):
        assert project.now().state == GrantState.COMPLETED
        services.sign_acceptance(user, project.pk, True, "结实", photo())
        with pytest.raises(NotPossible):
            services.sign_acceptance(user, project.pk, True, "结实")

    assert project.now().state == GrantState.ACCEPTED


def test_a_team_lacks_nobody_and_holds_no_applicant() -> None:
    project = finished()
    team = team_of(project)
    worker, delegate, finance = team
    neighbour = person_of(make_resident(within=project.here))
    wrong = [
        {worker: "committee", delegate: "delegate"},
        {worker: "committee", delegate: "delegate", neighbour: "other"},
        {neighbour: "committee", delegate: "delegate", finance: "finance"},
        {worker: "committee", neighbour: "delegate", finance: "finance"},
        {worker: "committee", delegate: "delegate", person_of(project.lead): "finance"},
        {worker: "committee", delegate: "delegate", make_person(): "finance"},
    ]
    for one in wrong:
        with pytest.raises(NotPossible):
            services.name_acceptors(project.worker, project.pk, one)
    CoApplicant.objects.create(application=project.grant.application, person=finance)
    with pytest.raises(NotPossible):
        services.name_acceptors(project.worker, project.pk, team)
    assert not Acceptor.objects.exists()


def test_work_that_is_not_accepted_goes_back_with_what_is_to_be_put_right() -> None:
    project = finished()
    team = team_of(project)
    services.name_acceptors(project.worker, project.pk, team)
    for user in accounts(team):
        services.sign_acceptance(user, project.pk, user != project.worker, "螺丝松了")

    grant = project.now()
    assert (grant.state, grant.reason) == (GrantState.RUNNING, "螺丝松了")
    assert "funds.done" in owed(project)
    services.report_done(project.lead, project.pk)
    services.name_acceptors(project.worker, project.pk, team)
    for user in accounts(team):
        services.sign_acceptance(user, project.pk, True, "拧紧了")
    assert project.now().state == GrantState.ACCEPTED


def test_what_was_found_before_stays_to_be_read_and_the_course_says_every_step(client: Client) -> None:
    project = finished()
    team = team_of(project)
    services.name_acceptors(project.worker, project.pk, team)
    for user in accounts(team):
        services.sign_acceptance(user, project.pk, user != project.worker, "螺丝松了")

    page = client.get(project.grant.get_absolute_url()).content.decode()
    assert page.count("螺丝松了") >= len(team)
    assert 'id="acceptance-before"' in page
    written = set(project.grant.application.traces.values_list("what", flat=True))
    money = {"agreement", "money_asked", "money_approved", "money_paid"}
    assert written >= money | {"done", "team_named", "signed", "not_accepted"}
    assert written <= set(WORDS)


def test_everybody_reads_what_was_found_at_half_time(client: Client) -> None:
    project = make_running()
    services.check_midterm(project.worker, project.pk, False, "账还差一页")
    there = project.grant.get_absolute_url()
    assert "账还差一页" in client.get(there).content.decode()
    services.check_midterm(project.worker, project.pk, True, "账都在了")
    page = client.get(there).content.decode()
    assert "账都在了" in page
    assert 'id="midterm"' in page


def accepted(spent: int) -> Project:
    project = make_running()
    services.check_midterm(project.worker, project.pk, True, "好")
    pay(project, 2)
    counted(project, "A1", ("长椅木板", spent))
    services.report_done(project.lead, project.pk)
    team = team_of(project)
    services.name_acceptors(project.worker, project.pk, team)
    for user in accounts(team):
        services.sign_acceptance(user, project.pk, True, "结实")
    return project


def test_the_last_instalment_is_not_more_than_invoices_prove() -> None:
    project = accepted(2_100 * YUAN)
    last = pay(project, 3)

    assert last.amount == 180 * YUAN
    grant = project.now()
    assert (grant.paid, grant.spent) == (2_100 * YUAN, 2_100 * YUAN)
    assert {source.set_aside for source in project.fund.sources.all()} == {0}
    assert owed(project) == {"funds.accounts"}


def test_what_was_not_spent_comes_back_as_a_duty() -> None:
    project = accepted(1_800 * YUAN)
    with pytest.raises(NotPossible):
        services.request_instalment(project.lead, project.part(3).pk)
    services.drop_instalment(project.director, project.part(3).pk, "没有用到")
    assert owed(project) == {"funds.refund", "funds.accounts"}
    services.give_back_money(project.worker, project.pk, clock.today(), 120 * YUAN)

    assert owed(project) == {"funds.accounts"}
    assert {source.set_aside for source in project.fund.sources.all()} == {0}


def test_a_member_of_the_team_who_leaves_is_replaced() -> None:
    project = finished()
    team = team_of(project)
    services.name_acceptors(project.worker, project.pk, team)
    finance = next(person for person, part in team.items() if part == "finance")
    leaves = Leaving(finance, accounts({finance: ""})[0])
    rows = list(leaving.held(leaves))
    assert [leaving.shown(leaves, row).title for row in rows] == [project.grant.title]
    leaving.lock(rows)
    leaving.hand_over(leaves, rows)

    assert "funds.team" in owed(project)
    assert not leaving.held(leaves).exists()


@pytest.mark.parametrize(("gone", "after"), [("committee", "completed"), ("other", "accepted")])
def test_a_team_whose_last_to_sign_leaves_is_named_anew(client: Client, gone: str, after: str) -> None:
    project = finished()
    team = {**team_of(project), person_of(make_resident(within=project.here)): "other"}
    services.name_acceptors(project.worker, project.pk, team)
    leaver = next(person for person, part in team.items() if part == gone)
    for user in accounts(team):
        if user.person_id == leaver.pk:
            continue
        services.sign_acceptance(user, project.pk, True, "结实")
    leaves = Leaving(leaver, accounts({leaver: ""})[0])
    leaving.hand_over(leaves, list(leaving.held(leaves)))
    client.force_login(project.worker)
    asked = client.get(reverse("funds:running_act", args=[project.pk, "name_acceptors"]))
    left = {person: part for person, part in team.items() if part != gone}
    instead = {person_of(project.director): "committee"} if gone == "committee" else {}
    services.name_acceptors(project.worker, project.pk, left | instead)

    assert asked.status_code == 200
    assert project.now().state == after


def test_a_team_member_who_turns_out_to_have_applied_does_not_count() -> None:
    project = finished()
    team = team_of(project)
    services.name_acceptors(project.worker, project.pk, team)
    finance = next(person for person, part in team.items() if part == "finance")
    services.sign_acceptance(accounts({finance: ""})[0], project.pk, True, "结实")
    union = Union(project.grant.application.lead, finance, project.director)
    unite(union)

    assert not Acceptor.objects.filter(grant=project.pk, ended_at=None, part="finance").exists()
    assert union.notes
    assert "funds.team" in owed(project)


def test_two_records_that_approved_and_paid_are_united_and_both_stay_named() -> None:
    project = make_running()
    union = Union(person_of(project.director), person_of(project.worker), project.director)
    unite(union)
    part = Instalment.objects.get(pk=project.part(1).pk)
    assert part.approved_by_id != part.paid_by_id
    assert union.notes
