"""The rows of votes in the hall, which each kind of meeting that decides takes into its table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.community.models import User
from portal.meetings.hallvote import forms, reading, services
from portal.meetings.models import Meeting


def _who_is_here(meeting: Meeting, user: User) -> dict[str, Any]:
    hall = services.hall_of(meeting)
    seats = services.body(meeting).count() if hall.seated else hall.size or 0
    said = gettext(
        "Noted as present: %(here)d of %(seats)d, and %(mandates)d mandates were seen. Those present vote by "
        "phone, by raised hand or on paper until you close it. Who comes later votes in the next one."
    )
    numbers = {
        "here": len(services.here(meeting)),
        "seats": seats,
        "mandates": meeting.proxies.standing().count(),
    }
    return {"text": said % numbers, "rule": reading.rule_words(meeting)}


def _votes(meeting: Meeting) -> bool:
    return services.hall_of(meeting).votes


def _can_open(meeting: Meeting, user: User) -> bool:
    return _votes(meeting) and bool(services.here(meeting)) and not services.open_now(meeting)


def _none_open(meeting: Meeting, user: User) -> bool:
    # Asked for a button: outside a session there is nearly never one, and the service looks again.
    return meeting.state != "in_session" or not services.open_now(meeting)


def hall_rows() -> dict[str, Action]:
    """The three rows of a kind whose meetings vote."""
    return {
        "open_vote": Action(
            _("Open a vote in the hall"),
            services.open_vote,
            forms.MotionForm,
            submit=_("Open the vote now"),
            text=_("Those present vote until you close it."),
            done=_("The vote is open."),
            then=lambda meeting, vote: vote.get_absolute_url(),
            shows=_who_is_here,
            template="meetings/hallvote/open.html",
            ready=_can_open,
            not_ready=_("Nobody is noted as present yet, or a vote is open."),
            effect=Effect.PUBLISHES,
            way_back=_("There is no way back: it is closed and counted, and can be held once more."),
        ),
        "note_proxy": Action(
            _("Note a mandate for votes"),
            services.note_proxy,
            forms.ProxyForm,
            text=_(
                "Somebody absent gave another seat a written mandate. It counts only while its holder is present and "
                "its giver is not, and is fixed for a vote when that is opened."
            ),
            done=_("The mandate is noted."),
            tone="quiet",
            ready=lambda meeting, user: services.takes_mandates(meeting) and _none_open(meeting, user),
            not_ready=_("A vote is open: who votes for whom is not changed before it is closed."),
            effect=Effect.COUNTS,
            way_back=WayBack("end_proxy"),
        ),
        "end_proxy": Action(
            _("End a mandate for votes"),
            services.end_proxy,
            forms.EndProxyForm,
            text=_("It ends for the votes to come; those that were taken stay as they are."),
            done=_("The mandate has ended."),
            tone="quiet",
            ready=lambda meeting, user: meeting.proxies.standing().exists() and _none_open(meeting, user),
            not_ready=_("There is no mandate to end, or a vote is open."),
            effect=Effect.ENDS,
            way_back=WayBack("note_proxy"),
        ),
    }
