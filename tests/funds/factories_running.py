"""Projects with money, for tests: approved, agreed, running, accepted; and invoices as they come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.community.models import Area, User
from portal.community.permissions import Role
from portal.funds.models import Fund, Funding, Grant, Instalment, Invoice, Source
from portal.funds.running import services
from portal.funds.running.owing import budget
from portal.funds.states import CallState
from portal.kit import clock
from portal.ledger.models import Account
from tests.factories import make_resident, make_user, person_of
from tests.funds.factories import (
    YUAN,
    lead_of,
    make_application,
    make_call,
    make_fund,
    make_grant,
    make_source,
)
from tests.funds.factories_applying import photo
from tests.worlds import kept

# Twelve planks and forty posters, as make_application asks for.
PLANKS, POSTERS = 2_160 * YUAN, 240 * YUAN
ASKED = PLANKS + POSTERS


@dataclass
class Project:
    """An approved project with everybody who has to do with its money."""

    here: Area
    fund: Fund
    grant: Grant
    lead: User
    director: User
    worker: User
    clerk: User
    sources: list[Source]

    @property
    def pk(self) -> int:
        """The key of the grant."""
        return self.grant.pk

    @property
    def payee(self) -> str:
        """Whose account the money goes to."""
        return self.grant.application.payee

    def now(self) -> Grant:
        """The grant as the database has it."""
        return Grant.objects.select_related("application__call__fund__book").get(pk=self.pk)

    def part(self, order: int) -> Instalment:
        """An instalment as the database has it."""
        return Instalment.objects.get(grant=self.pk, order=order)

    def line(self, item: str = "长椅木板") -> Any:
        """A line of the budget as the database has it."""
        return budget(self.grant).get(item=item)

    def balances(self) -> dict[str, int]:
        """All that money is kept in: accounts, sources, fundings, the grant and the states of its instalments."""
        accounts = Account.objects.filter(book=self.fund.book).values_list("code", "balance")
        aside = Source.objects.filter(fund=self.fund).values_list("pk", "set_aside")
        parts = Funding.objects.filter(grant=self.pk).values_list("source", "amount", "paid", "returned")
        grant = self.now()
        return {
            **dict(accounts),
            **{f"aside-{pk}": amount for pk, amount in aside},
            **{f"funding-{pk}": hash(rest) for pk, *rest_ in parts for rest in [tuple(rest_)]},
            "paid": grant.paid,
            "returned": grant.returned,
        }


@kept
def make_approved(
    *, first: int = 2_000 * YUAN, second: int = 50_000 * YUAN, mark: str = "中国福利彩票"
) -> Project:
    """2,400 yuan approved, from two sources: the first alone does not suffice."""
    funding = make_fund()
    sources = [
        make_source(funding, first, name="福彩公益金", mark=mark),
        make_source(funding, second, name="街道自治金"),
    ]
    call = make_call(funding, frozen=True, state=CallState.DECIDED)
    application = make_application(call)
    grant = make_grant(application)
    clerk = make_user(Role.WORKER, neighbourhood=funding.here)
    lead = lead_of(application)
    return Project(funding.here, funding.fund, grant, lead, funding.director, funding.worker, clerk, sources)


@kept
def make_agreed(project: Project | None = None) -> Project:
    """Signed: 2,000 yuan from the first source, 400 from the second."""
    project = project or make_approved()
    first, second = project.sources
    amounts = {first.pk: 2_000 * YUAN, second.pk: 400 * YUAN}
    day = clock.today() + timedelta(days=90)
    services.agree(project.worker, project.pk, photo("协议.png"), day, amounts)
    return project


@kept
def make_running() -> Project:
    """The first instalment is paid."""
    project = make_agreed()
    pay(project, 1)
    return project


def ask(project: Project, order: int) -> Instalment:
    """Asked for and approved."""
    part = project.part(order)
    services.request_instalment(project.lead, part.pk)
    return services.approve_instalment(project.director, part.pk)


def pay(project: Project, order: int, voucher: str = "") -> Instalment:
    """Asked for, approved and paid."""
    part = ask(project, order)
    return services.pay_instalment(project.worker, part.pk, clock.today(), voucher or f"凭-{part.pk}")


def scan(number: str) -> SimpleUploadedFile:
    """A small photo that is another file for each number."""
    import io  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    out = io.BytesIO()
    seed = sum(ord(sign) * (at + 1) for at, sign in enumerate(number)) % 251
    Image.new("RGB", (30, 20), (seed, 90, 120)).save(out, "PNG")
    return SimpleUploadedFile(f"{number}.png", out.getvalue(), "image/png")


def invoice(
    project: Project,
    number: str = "24310000000000000001",
    *parts: tuple[str, int],
    total: int | None = None,
    by: User | None = None,
    **more: Any,
) -> Invoice:
    """An invoice as the lead enters it; `parts`: item of the budget and fen."""
    rows = [
        services.Part(project.line(item), item, amount)
        for item, amount in parts or [("长椅木板", 1_000 * YUAN)]
    ]
    come_to = sum(row.amount for row in rows)
    said = {
        "seller": "老王木器店",
        "buyer": project.payee,
        "total": come_to if total is None else total,
        "day": clock.today(),
        "pdf": scan(number),
        **more,
    }
    return services.enter_invoice(by or project.lead, project.pk, number, parts=rows, **said)


def counted(project: Project, number: str, *parts: tuple[str, int]) -> Invoice:
    """The same, looked at and counted."""
    made = invoice(project, number, *parts)
    return services.look_at_invoice(project.worker, made.pk, True)


def team_of(project: Project) -> dict[Any, str]:
    """Three who did not apply: the worker, a delegate, somebody for finance."""
    delegate = make_user(Role.DELEGATE, neighbourhood=project.here)
    finance = make_resident(within=project.here)
    return {
        person_of(project.worker): "committee",
        person_of(delegate): "delegate",
        person_of(finance): "finance",
    }


def accounts(team: dict[Any, str]) -> list[User]:
    """The accounts of a team."""
    return list(User.objects.filter(person__in=list(team)).order_by("pk"))
