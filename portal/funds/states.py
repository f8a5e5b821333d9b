"""The lives of a fund, a call, an application, a grant and its instalments, as data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.actions.lifecycles import LifeCycle


class FundState(models.TextChoices):
    """Whether a fund still gives."""

    OPEN = "open", pgettext_lazy("a fund", "open")
    CLOSED = "closed", pgettext_lazy("a fund", "wound up")


FUND = LifeCycle(
    "fund",
    {FundState.OPEN: frozenset({FundState.CLOSED}), FundState.CLOSED: frozenset({FundState.OPEN})},
    FundState.OPEN,
)


class CallState(models.TextChoices):
    """Where a round of the fund stands, from the call to closed books."""

    DRAFT = "draft", _("being written")
    OPEN = "open", _("open for applications")
    REVIEWING = "reviewing", _("under review")
    ON_NOTICE = "on_notice", _("on public notice")
    VOTING = "voting", _("put to the residents")
    DECIDED = "decided", _("decided")
    CLOSED = "closed", _("books closed")
    CANCELLED = "cancelled", _("called off")


C = CallState
CALL = LifeCycle(
    "fundcall",
    {
        C.DRAFT: frozenset({C.OPEN, C.CANCELLED}),
        C.OPEN: frozenset({C.REVIEWING, C.CANCELLED}),
        C.REVIEWING: frozenset({C.ON_NOTICE, C.CANCELLED}),
        # An objection that is right leads back to the review.
        C.ON_NOTICE: frozenset({C.REVIEWING, C.VOTING, C.DECIDED}),
        # A vote that was called off before it opened.
        C.VOTING: frozenset({C.DECIDED, C.ON_NOTICE}),
        C.DECIDED: frozenset({C.CLOSED}),
        C.CLOSED: frozenset(),
        C.CANCELLED: frozenset(),
    },
    C.DRAFT,
)


class ApplicationState(models.TextChoices):
    """Where an application stands, up to the decision."""

    DRAFT = "draft", _("being written")
    SUBMITTED = "submitted", pgettext_lazy("an application", "handed in")
    RETURNED = "returned", _("given back to be completed")
    INELIGIBLE = "ineligible", _("not eligible")
    ELIGIBLE = "eligible", _("eligible")
    NEED_CHECKED = "need_checked", _("need confirmed")
    REVIEWING = "reviewing", _("under review")
    SHORTLISTED = "shortlisted", _("on the shortlist")
    ON_NOTICE = "on_notice", _("on public notice")
    VOTING = "voting", _("put to the residents")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("not chosen")
    WITHDRAWN = "withdrawn", _("withdrawn")


A = ApplicationState
# Whoever applied can still write in it.
WRITABLE = frozenset({A.DRAFT, A.RETURNED})
IN_CHECK = frozenset({A.SUBMITTED, A.ELIGIBLE})
# Everybody can read it from the public notice on.
PUBLIC = frozenset({A.ON_NOTICE, A.VOTING, A.APPROVED, A.DECLINED})
# It may still be withdrawn.
UNDECIDED = frozenset(
    {
        A.DRAFT,
        A.SUBMITTED,
        A.RETURNED,
        A.ELIGIBLE,
        A.NEED_CHECKED,
        A.REVIEWING,
        A.SHORTLISTED,
        A.ON_NOTICE,
        A.VOTING,
    }
)
APPLICATION = LifeCycle(
    "fundapplication",
    {
        A.DRAFT: frozenset({A.SUBMITTED, A.WITHDRAWN}),
        A.SUBMITTED: frozenset({A.RETURNED, A.INELIGIBLE, A.ELIGIBLE, A.WITHDRAWN}),
        A.RETURNED: frozenset({A.SUBMITTED, A.INELIGIBLE, A.WITHDRAWN}),
        # Taken back by whoever decided it, with the reason.
        A.INELIGIBLE: frozenset({A.SUBMITTED}),
        A.ELIGIBLE: frozenset({A.NEED_CHECKED, A.SUBMITTED, A.INELIGIBLE, A.WITHDRAWN}),
        A.NEED_CHECKED: frozenset({A.REVIEWING, A.ELIGIBLE, A.WITHDRAWN}),
        A.REVIEWING: frozenset({A.SHORTLISTED, A.DECLINED, A.WITHDRAWN}),
        A.SHORTLISTED: frozenset({A.ON_NOTICE, A.REVIEWING, A.WITHDRAWN}),
        A.ON_NOTICE: frozenset({A.REVIEWING, A.VOTING, A.APPROVED, A.DECLINED, A.WITHDRAWN}),
        A.VOTING: frozenset({A.ON_NOTICE, A.APPROVED, A.DECLINED, A.WITHDRAWN}),
        A.APPROVED: frozenset(),
        # Before the notice ends an objection may bring it back.
        A.DECLINED: frozenset({A.REVIEWING}),
        A.WITHDRAWN: frozenset(),
    },
    A.DRAFT,
)


class GrantState(models.TextChoices):
    """Where a project that got money stands."""

    APPROVED = "approved", _("approved, no agreement yet")
    AGREED = "agreed", _("agreement signed")
    RUNNING = "running", _("being carried out")
    SUSPENDED = "suspended", _("suspended")
    COMPLETED = "completed", _("carried out, waiting for acceptance")
    ACCEPTED = "accepted", _("accepted")
    POSTED = "posted", _("accounts posted")
    CLOSED = "closed", pgettext_lazy("a project", "closed")
    TERMINATED = "terminated", _("ended early")
    GIVEN_UP = "given_up", _("given up before the agreement")


G = GrantState
UNDER_WAY = frozenset({G.AGREED, G.RUNNING})
GRANT = LifeCycle(
    "fundgrant",
    {
        G.APPROVED: frozenset({G.AGREED, G.GIVEN_UP}),
        # Back where the wrong agreement was attached and nothing was paid yet.
        G.AGREED: frozenset({G.RUNNING, G.APPROVED, G.TERMINATED}),
        # Back where the one payment was reversed.
        G.RUNNING: frozenset({G.COMPLETED, G.SUSPENDED, G.TERMINATED, G.AGREED}),
        G.SUSPENDED: frozenset({G.RUNNING, G.TERMINATED}),
        # Not accepted: something is to be put right first.
        G.COMPLETED: frozenset({G.ACCEPTED, G.RUNNING, G.TERMINATED}),
        G.ACCEPTED: frozenset({G.POSTED}),
        # Accounts with a mistake are taken back, to be posted anew.
        G.POSTED: frozenset({G.CLOSED, G.ACCEPTED, G.TERMINATED}),
        G.TERMINATED: frozenset({G.POSTED}),
        G.CLOSED: frozenset(),
        G.GIVEN_UP: frozenset(),
    },
    G.APPROVED,
)


class InstalmentState(models.TextChoices):
    """Where an instalment stands."""

    SCHEDULED = "scheduled", _("planned")
    REQUESTED = "requested", _("asked for")
    APPROVED = "approved", _("may be paid")
    PAID = "paid", _("paid")
    RECONCILED = "reconciled", _("proved by receipts")
    CANCELLED = "cancelled", _("not paid any more")


N = InstalmentState
INSTALMENT = LifeCycle(
    "fundinstalment",
    {
        N.SCHEDULED: frozenset({N.REQUESTED, N.CANCELLED}),
        N.REQUESTED: frozenset({N.APPROVED, N.SCHEDULED, N.CANCELLED}),
        N.APPROVED: frozenset({N.PAID, N.REQUESTED, N.CANCELLED}),
        # Back where the payment was reversed in the books.
        N.PAID: frozenset({N.RECONCILED, N.APPROVED}),
        N.RECONCILED: frozenset({N.PAID}),
        N.CANCELLED: frozenset(),
    },
    N.SCHEDULED,
)


class ChangeState(models.TextChoices):
    """Where a change of the budget stands."""

    ASKED = "asked", _("asked for")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


CHANGE = LifeCycle(
    "fundchange",
    {
        ChangeState.ASKED: frozenset({ChangeState.AGREED, ChangeState.REFUSED, ChangeState.WITHDRAWN}),
        ChangeState.AGREED: frozenset(),
        ChangeState.REFUSED: frozenset(),
        ChangeState.WITHDRAWN: frozenset(),
    },
    ChangeState.ASKED,
)


class ObjectionState(models.TextChoices):
    """Where an objection during the public notice stands."""

    RAISED = "raised", _("waiting for an answer")
    UPHELD = "upheld", _("right: it goes back to the review")
    REJECTED = "rejected", _("answered, the notice goes on")
    WITHDRAWN = "withdrawn", _("withdrawn")


OBJECTION = LifeCycle(
    "fundobjection",
    {
        ObjectionState.RAISED: frozenset(
            {ObjectionState.UPHELD, ObjectionState.REJECTED, ObjectionState.WITHDRAWN}
        ),
        ObjectionState.UPHELD: frozenset(),
        ObjectionState.REJECTED: frozenset({ObjectionState.UPHELD}),
        ObjectionState.WITHDRAWN: frozenset(),
    },
    ObjectionState.RAISED,
)


class InvoiceState(models.TextChoices):
    """Whether an invoice counts."""

    ENTERED = "entered", _("waiting to be looked at")
    COUNTED = "counted", pgettext_lazy("an invoice", "counted")
    REFUSED = "refused", _("not counted")
    TAKEN_OUT = "taken_out", _("taken out again")


INVOICE = LifeCycle(
    "fundinvoice",
    {
        InvoiceState.ENTERED: frozenset({InvoiceState.COUNTED, InvoiceState.REFUSED, InvoiceState.TAKEN_OUT}),
        InvoiceState.COUNTED: frozenset({InvoiceState.TAKEN_OUT}),
        InvoiceState.REFUSED: frozenset({InvoiceState.ENTERED}),
        InvoiceState.TAKEN_OUT: frozenset(),
    },
    InvoiceState.ENTERED,
)
