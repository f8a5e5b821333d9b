"""A hearing has an opinion map of its own, from the day it is announced until its minutes are written."""

from __future__ import annotations

from django.urls import reverse

from portal.meetings.models import Hearing
from portal.meetings.opinions.posts import STANCES
from portal.meetings.opinions.subjects import About, register
from portal.meetings.states.hearing import HearingState as H
from portal.record.services import key
from portal.threads.stances import register as register_stances

TAKES = frozenset({H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED, H.IN_SESSION, H.ADJOURNED, H.POSTPONED})


def _find(pk: int) -> About | None:
    hearing = Hearing.objects.select_related("neighbourhood").filter(pk=pk).first()
    if hearing is None:
        return None
    url = hearing.get_absolute_url()
    hall = reverse("meetings:live", args=[pk]) if hearing.state == H.IN_SESSION else ""
    return About(key(hearing), hearing.title, url, hearing.neighbourhood, hearing.state in TAKES, hall)


register("hearing", _find)
register_stances(STANCES)
