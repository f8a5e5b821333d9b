"""When two records become one: nobody accepts what they applied for, nobody approves and pays the same."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.funds.models import Acceptor, Instalment
from portal.funds.running.services.accepting import owe_team
from portal.funds.states import GrantState
from portal.kit import clock


def _not_ones_own(union: Union) -> None:
    """Whoever turns out to have applied does not accept the work: it is signed by somebody else."""
    both = union.both
    applied = Q(grant__application__lead__in=both) | Q(grant__application__co_applicants__person__in=both)
    rows = Acceptor.objects.filter(applied, person__in=both, ended_at=None).distinct()
    for row in rows.select_related("grant__application__call__fund__neighbourhood"):
        union.changes.change(row, ended_at=clock.now())
        union.notes.append(
            _("“%(title)s”: whoever applied cannot accept it. That signature does not count.")
            % {"title": row.title}
        )
        if row.grant.state == GrantState.COMPLETED:
            owe_team(row.grant)


def _two_people(union: Union) -> None:
    """Of a payment that was approved under one record and paid under the other, both stay named as they were."""
    both = union.both
    for row in Instalment.objects.filter(approved_by__in=both, paid_by__in=both):
        for name in ("approved_by", "paid_by"):
            if getattr(row, f"{name}_id") == union.other.pk:
                union.stays(row, name)
        union.notes.append(
            _("“%(title)s”: instalment %(order)s was approved and paid by the same human under two records.")
            % {"title": row.title, "order": row.order}
        )


def _named(row: Acceptor) -> str:
    return _("Both accept “%(title)s”. One signature counts.") % {"title": row.title}


def _end(union: Union, earlier: Acceptor, later: Acceptor) -> None:
    """The one that was not signed goes."""
    gone = earlier if later.signed_at and not earlier.signed_at else later
    union.changes.change(gone, ended_at=clock.now())


uniting.register("funds.accepting_own", _not_ones_own)
uniting.register(
    "funds.accepting",
    Double(Acceptor, ("grant_id",), ("named_at",), _named, _end, Q(ended_at=None)),
)
uniting.register("funds.paying", _two_people)
