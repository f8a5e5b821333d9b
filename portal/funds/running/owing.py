"""Who owes what about a project, until when: one promise of a kind at a time, so that its page says the next step."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days, calendar_days
from portal.funds.applying.selectors import writers
from portal.funds.models import BudgetLine, Due, Grant, Instalment, Invoice, PaidBy
from portal.funds.running.wording import APPROVE, ASK, CHANGE, DONE, INVOICE, MIDTERM, PAY, REFUND
from portal.funds.states import ChangeState, GrantState, InstalmentState, InvoiceState
from portal.kit import clock

# Of an instalment nothing more comes, or it was paid.
SETTLED = frozenset({InstalmentState.PAID, InstalmentState.RECONCILED, InstalmentState.CANCELLED})
# Money is paid to a project in these states.
GOING = frozenset({GrantState.AGREED, GrantState.RUNNING, GrantState.COMPLETED, GrantState.ACCEPTED})
# In which states of the project an instalment can be asked for, by what it waits for.
WHILE = {
    Due.AGREEMENT: frozenset({GrantState.AGREED, GrantState.RUNNING}),
    Due.MIDTERM: frozenset({GrantState.RUNNING}),
    Due.ACCEPTANCE: frozenset({GrantState.ACCEPTED}),
}


def within(grant: Grant, name: str) -> Deadline:
    """When the working days of a rule `funds.<name>_working_days` end, from now on."""
    return add_working_days(clock.now(), rule(f"funds.{name}_working_days", grant.neighbourhood))


def office(grant: Grant, *posts: Post) -> list[User]:
    """The accounts of those who hold one of these posts (default: worker and director)."""
    found = {
        user.pk: user
        for post in posts or (Post.WORKER, Post.DIRECTOR)
        for user in post_users(post, grant.neighbourhood)
    }
    return [found[pk] for pk in sorted(found)]


def applicants(grant: Grant) -> list[User]:
    """The accounts of whoever applied."""
    return list(writers(grant.application).order_by("pk"))


def budget(grant: Grant) -> QuerySet[BudgetLine]:
    """The lines of its budget that the fund pays."""
    return BudgetLine._base_manager.filter(application=grant.application_id, paid_by=PaidBy.GRANT)


def unpaid(grant: Grant) -> QuerySet[Instalment]:
    """Instalments that are still to be paid, or to be given up."""
    return grant.instalments.exclude(state__in=SETTLED)


def not_looked_at(grant: Grant) -> QuerySet[Invoice]:
    """Invoices that wait to be looked at."""
    return grant.invoices.filter(state=InvoiceState.ENTERED)


def next_instalment(grant: Grant) -> Instalment | None:
    """The first that is neither paid nor given up."""
    return unpaid(grant).order_by("order").first()


def is_due(instalment: Instalment) -> bool:
    """Whether what it waits for has come, and those before it are paid."""
    grant, due = instalment.grant, Due(instalment.due)
    if grant.state not in WHILE[due] or due is Due.MIDTERM and grant.midterm_at is None:
        return False
    before = grant.instalments.filter(order__lt=instalment.order)
    return not before.exclude(state__in=SETTLED).exists()


def owe_asking(grant: Grant) -> None:
    """Whoever leads it asks for the next instalment, once it is due."""
    coming = next_instalment(grant)
    if coming is None or coming.state != InstalmentState.SCHEDULED:
        return
    coming.grant = grant
    if is_due(coming):
        duties.open_duty(ASK, grant, due=within(grant, "payment"), person=grant.application.lead)


def owe_report(grant: Grant) -> None:
    """Whoever leads it reports that it is carried out, by the day that was agreed."""
    ends = grant.ends_on or clock.today()
    days = max((ends - clock.today()).days, 0)
    duties.open_duty(DONE, grant, due=calendar_days(clock.now(), days), person=grant.application.lead)


def owe_open(grant: Grant) -> None:
    """What the office owes about a project as it stands: an answer, a payment, a look, the check at half time."""
    open_ones = {one.state: one for one in unpaid(grant).order_by("-order")}
    going = grant.state in GOING
    for state, kind, post in (
        (InstalmentState.REQUESTED, APPROVE, Post.DIRECTOR),
        (InstalmentState.APPROVED, PAY, Post.WORKER),
    ):
        if going and state in open_ones:
            url = f"{grant.get_absolute_url()}#instalment-{open_ones[state].order}"
            duties.open_duty(kind, grant, due=within(grant, "payment"), post=post, url=url)
    if not_looked_at(grant).exists():
        duties.open_duty(
            INVOICE, grant, due=within(grant, "invoice"), post=Post.WORKER, url=receipts_url(grant)
        )
    if grant.changes.filter(state=ChangeState.ASKED).exists():
        duties.open_duty(CHANGE, grant, due=within(grant, "change"), post=Post.DIRECTOR)
    if grant.state == GrantState.RUNNING and waits_for_midterm(grant):
        half = max(((grant.ends_on or clock.today()) - clock.today()).days // 2, 1)
        duties.open_duty(MIDTERM, grant, due=calendar_days(clock.now(), half), post=Post.WORKER)


def waits_for_midterm(grant: Grant) -> bool:
    """Whether an instalment waits for the check at half time, and it was not passed."""
    return grant.midterm_at is None and unpaid(grant).filter(due=Due.MIDTERM).exists()


def receipts_url(grant: Grant) -> str:
    """The page of what a project spent."""
    return reverse("funds:receipts", args=[grant.pk])


def unspent(grant: Grant) -> int:
    """What was paid, is not proved by invoices that count and has not come back, in fen."""
    return max(grant.paid - grant.returned - grant.spent, 0)


def settle_refund(grant: Grant, user: User) -> None:
    """At the end of a project what was not spent is owed to the fund, until it is back or proved by invoices."""
    grant.refresh_from_db(fields=["paid", "returned", "spent", "state"])
    ended = grant.state in (GrantState.ACCEPTED, GrantState.TERMINATED)
    if not ended or unspent(grant) == 0:
        duties.close(REFUND, grant, by=user)
    elif not unpaid(grant).exists():
        due = within(grant, "refund")
        duties.open_duty(REFUND, grant, due=due, person=grant.application.lead)


def reconcile(grant: Grant) -> None:
    """What is paid is proved, instalment by instalment, as far as invoices that count and money given back reach."""
    grant.refresh_from_db(fields=["spent", "returned"])
    proved = grant.spent + grant.returned
    N = InstalmentState
    for one in grant.instalments.filter(state__in=[N.PAID, N.RECONCILED]).order_by("order"):
        proved -= one.amount
        state = N.RECONCILED if proved >= 0 else N.PAID
        if one.state != state:
            advance(one, state)
