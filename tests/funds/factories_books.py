"""Projects that were paid, proved, accepted and settled, written as the rooms before write them. Amounts in fen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from portal.community.models import Upload, User
from portal.funds.models import (
    Application,
    BudgetLine,
    Call,
    Fund,
    Grant,
    Instalment,
    Invoice,
    InvoiceLine,
    Source,
)
from portal.funds.models import Funding as Share
from portal.funds.states import CallState, GrantState, InstalmentState, InvoiceState
from portal.kit import clock
from portal.ledger import services as ledger
from portal.ledger.models import AccountKind, Entry, EntryKind
from tests.factories import number, person_of
from tests.funds.factories import (
    Funding,
    lead_of,
    make_application,
    make_call,
    make_fund,
    make_grant,
    make_source,
)
from tests.worlds import kept

YUAN = 100


@dataclass
class Project:
    """A fund with two sources, a decided round, and a project that is carried out with money of both."""

    funding: Funding
    call: Call
    sources: tuple[Source, Source]
    application: Application
    grant: Grant

    @property
    def fund(self) -> Fund:
        return self.funding.fund

    @property
    def lead(self) -> User:
        return lead_of(self.application)

    @property
    def worker(self) -> User:
        return self.funding.worker


@kept
def make_project(state: GrantState = GrantState.RUNNING) -> Project:
    """Nothing is paid yet."""
    funding = make_fund()
    sources = (
        make_source(funding, 80_000 * YUAN, name="市福利彩票公益金", mark="中国福利彩票"),
        make_source(funding, 40_000 * YUAN, name="街道自治金"),
    )
    call = make_call(funding, state=CallState.DECIDED)
    application = make_application(call)
    grant = open_grant(application, state)
    return Project(funding, call, sources, application, grant)


def open_grant(application: Application, state: GrantState = GrantState.RUNNING) -> Grant:
    """A grant with its account in the book."""
    grant = make_grant(application, state)
    book = application.call.fund.book
    opened = ledger.Opened(f"to-{grant.pk}", application.title[:60], AccountKind.EXPENSE)
    grant.account = ledger.open_account(book, opened)
    now = clock.now()
    grant.agreed_at = now
    if state in (GrantState.ACCEPTED, GrantState.POSTED, GrantState.CLOSED):
        grant.accepted_at = now
    grant.save()
    return grant


def pay(project: Project, *amounts: int, text: str = "拨付资助款") -> Entry:
    """Pay from the sources in their order, as one line."""
    grant, book = project.grant, project.fund.book
    parts = {source.at_hand.code: -fen for source, fen in zip(project.sources, amounts, strict=False) if fen}
    parts[f"to-{grant.pk}"] = sum(amounts)
    made = ledger.post_entry(book, clock.today(), text, parts, by=project.worker, kind=EntryKind.SPENDING)
    grant.paid += sum(amounts)
    grant.save(update_fields=["paid"])
    return made


def give_back(project: Project, fen: int) -> Entry:
    """Unspent money comes back to the first source."""
    grant = project.grant
    parts = {project.sources[0].at_hand.code: fen, f"to-{grant.pk}": -fen}
    made = ledger.post_entry(
        project.fund.book, clock.today(), "结余退回", parts, by=project.worker, kind=EntryKind.TRANSFER
    )
    grant.returned += fen
    grant.save(update_fields=["returned"])
    return made


def prove(project: Project, *amounts: int, state: InvoiceState = InvoiceState.COUNTED) -> Invoice:
    """An invoice with one line for each amount, put to the budget lines in their order."""
    grant = project.grant
    n = number()
    upload = Upload.objects.create(
        area=project.funding.here,
        owner=person_of(project.lead),
        name="发票.pdf",
        content_type="application/pdf",
        size=1,
    )
    made = Invoice.objects.create(
        grant=grant,
        fund=project.fund,
        number=f"25317000000{n:06d}",
        day=clock.today(),
        seller="某某木业有限公司",
        buyer=project.application.payee,
        total=sum(amounts),
        pdf=upload,
        sha256=hashlib.sha256(str(n).encode()).hexdigest(),
        entered_by=project.lead,
        looked_by=project.worker if state == InvoiceState.COUNTED else None,
        state=state,
    )
    lines = BudgetLine.objects.filter(application=project.application)
    for line, amount in zip(lines, amounts, strict=False):
        InvoiceLine.objects.create(invoice=made, budget_line=line, text="材料", amount=amount)
    if state == InvoiceState.COUNTED:
        grant.spent += sum(amounts)
        grant.save(update_fields=["spent"])
    return made


def settle(project: Project, state: GrantState = GrantState.ACCEPTED) -> None:
    """The work was accepted, or ended early; no instalment waits any more."""
    Instalment.objects.filter(grant=project.grant).update(state=InstalmentState.CANCELLED)
    grant = project.grant
    grant.state, grant.state_since = state, clock.now()
    grant.accepted_at = clock.now() if state == GrantState.ACCEPTED else None
    grant.save()


def promise(project: Project, place: int, fen: int) -> None:
    """Money of a source that an agreement keeps for the project."""
    source = project.sources[place]
    Share.objects.create(grant=project.grant, source=source, amount=fen)
    source.set_aside += fen
    source.save(update_fields=["set_aside"])
