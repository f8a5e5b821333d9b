"""Of booked times one person holds one a day: what becomes of the later when two records of one human are united."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.surveys.models import Booking
from portal.surveys.states import BookingState


def _given_back(union: Union, earlier: Any, later: Any) -> None:
    union.stays(later)


uniting.register(
    "reception",
    Double(
        Booking,
        ("day_id",),
        ("booked_at",),
        lambda later: _("Both have a time on one reception day. The later one stays with the other record."),
        _given_back,
        ~Q(state=BookingState.GIVEN_BACK),
    ),
)
