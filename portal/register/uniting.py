"""Homes, titles and posts of two records of one human: each is held once, since the earlier day."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.models import (
    Appointment,
    Ownership,
    Relation,
    RelationStatus,
    Representative,
    Residency,
)
from portal.community.rowchanges import RowChanges
from portal.community.uniting import Double, Union
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key
from portal.register.models import PersonChange, Wish
from portal.register.states import WishState

OPEN = Q(until=None) & ~Q(status=RelationStatus.REFUSED)


def drop_request(changes: RowChanges, tie: Relation | Wish) -> None:
    """A request that nobody makes any more, with the duty to answer it, so that it can be put back."""
    for duty in Duty.objects.active().filter(subject=key(tie)).order_by("pk"):
        changes.change(duty, dropped_at=clock.now())
    changes.remove(tie)


def _once(union: Union, earlier: Any, later: Any) -> None:
    """A request for what is held goes; a second title or home was never held."""
    if later.status == RelationStatus.REQUESTED:
        drop_request(union.changes, later)
        return
    votes = isinstance(later, Ownership) and later.is_voter and not earlier.is_voter
    union.changes.change(later, until=later.since)
    if votes:
        union.changes.change(earlier, is_voter=True)


def _post_once(union: Union, earlier: Appointment, later: Appointment) -> None:
    union.changes.change(later, until=later.since)


def _one_representative(union: Union) -> None:
    """Two records of one company have one representative: the one named first."""
    acting = Representative.objects.filter(company__in=union.both, until=None).order_by("since", "pk")
    for later in acting[1:]:
        union.changes.change(later, until=later.since)


uniting.register("representatives", _one_representative)
uniting.register(
    "residencies",
    Double(
        Residency,
        ("dwelling_id",),
        ("-status", "since"),
        lambda home: (
            _("Both live in %(dwelling)s. It counts once, since the earlier day.")
            % {"dwelling": home.dwelling}
        ),
        _once,
        OPEN,
    ),
)
uniting.register(
    "ownerships",
    Double(
        Ownership,
        ("dwelling_id",),
        ("-status", "right", "since"),
        lambda title: (
            _("Both own %(dwelling)s. It counts once, since the earlier day.") % {"dwelling": title.dwelling}
        ),
        _once,
        OPEN,
    ),
)
uniting.register(
    "appointments",
    Double(
        Appointment,
        ("post", "area_id"),
        ("since",),
        lambda held: _("Both hold the post “%(title)s”. It counts once.") % {"title": held.title},
        _post_once,
        Q(until=None),
    ),
)
uniting.BESIDE.add(PersonChange._meta.label_lower)
uniting.register(
    "wishes",
    Double(
        Wish,
        ("neighbourhood_id", "kind"),
        ("asked_at",),
        lambda wish: _("Both ask the desk for the same. The earlier request stays."),
        lambda union, earlier, later: drop_request(union.changes, later),
        Q(state=WishState.WAITING),
    ),
)
