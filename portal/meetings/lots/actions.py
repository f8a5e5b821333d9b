"""What can be done to a draw, in the order of the work."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.kit import clock
from portal.meetings.forms.reasons import ReasonForm
from portal.meetings.lots import forms, seating, services
from portal.meetings.models import PanelDraw

ROUTE = "meetings:lot_act"


def _signed_up(draw: PanelDraw, user: User) -> bool:
    return draw.volunteers.filter(person=user.person_id).exists()


def _seed_known(draw: PanelDraw, user: User) -> bool:
    return draw.seed_at is not None and clock.passed(draw.seed_at)


def _still_secret(draw: PanelDraw, user: User) -> bool:
    return draw.seed_at is None or not clock.passed(draw.seed_at)


def _second(draw: PanelDraw, user: User) -> bool:
    return user.person_id != draw.seeded_by_id


def _sign_up_runs(draw: PanelDraw, user: User) -> bool:
    return not clock.passed(draw.closes_at)


def _seed_event(draw: PanelDraw, user: User) -> dict[str, Any]:
    return {"text": _("As it was announced: %(event)s") % {"event": draw.seed_event}}


ACTIONS: dict[str, Action] = {
    "volunteer": Action(
        _("Sign up for the draw"),
        services.volunteer,
        forms.VolunteerForm,
        submit=_("Sign up"),
        text=_(
            "Seats are drawn by lot. What you say here is used for the draw only and deleted when the hearing is over; "
            "a code stands for you in all that is published. You can sign off until the tickets are published."
        ),
        done=_("You have signed up. This page shows your code."),
        main=True,
        ready=_sign_up_runs,
        not_ready=_("Sign-up is over."),
        effect=None,
    ),
    "withdraw": Action(
        _("Sign off"),
        services.withdraw,
        text=_("Your name and what you said are deleted from the list."),
        done=_("You are not on the list any more."),
        tone="quiet",
        ready=_signed_up,
        not_ready=_("You have not signed up."),
        effect=None,
    ),
    "close_sign_up": Action(
        _("Close sign-up"),
        services.close_sign_up,
        waits=until(services.require_waiting),
        text=_("Nobody can sign up any more. The tickets are made next."),
        done=_("Sign-up is closed. Publish the tickets next."),
        main=True,
        effect=Effect.ENDS,
        way_back=WayBack("reopen"),
    ),
    "commit": Action(
        _("Publish the tickets"),
        services.commit,
        forms.CommitForm,
        text=_(
            "1,000 numbered tickets are made from the list and the seats, and published with everybody’s chance; their "
            "fingerprint stands in the public record. From then on nobody is added or taken out, and the announced "
            "event alone decides."
        ),
        done=_("The tickets are published. After the event the seed is written down."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("call_off"),
    ),
    "enter_seed": Action(
        _("Write down the seed"),
        seating.enter_seed,
        forms.SeedForm,
        shows=_seed_event,
        text=_("The seed is published. Somebody else reads it a second time before the panel is drawn."),
        done=_("The seed is written down. Somebody else reads it a second time now."),
        main=True,
        ready=_seed_known,
        not_ready=_("The event that gives the seed has not taken place yet."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("reject_seed"),
    ),
    "draw": Action(
        _("Read the seed a second time and draw"),
        seating.draw_panel,
        forms.SeedForm,
        submit=_("Draw the panel"),
        text=_(
            "Read the seed from the event itself and write it as announced. If it is the same, the panel follows from "
            "it; it is published and told to everybody drawn."
        ),
        done=_("The panel is drawn."),
        main=True,
        ready=_second,
        not_ready=_("Somebody else has to read the seed a second time."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "decline": Action(
        _("Decline the seat"),
        seating.decline,
        text=_("The seat goes to the next like you, at once. It does not come back to you."),
        done=_("You have given the seat back."),
        tone="quiet",
        ready=seating.on_panel,
        not_ready=_("You have no seat on this panel."),
        effect=Effect.REPLACES,
        way_back=STAYS,
    ),
    "set_quotas": Action(
        _("Change the seats"),
        services.set_quotas,
        forms.SeatsForm,
        waits=until(services.require_waiting),
        text=_("The new seats stand on this page and in the public record."),
        done=_("The seats are changed."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("set_quotas"),
    ),
    "reopen": Action(
        _("Open sign-up again"),
        services.reopen,
        forms.ReopenForm,
        text=_("More neighbours can sign up. Who did so before stays on the list."),
        done=_("Sign-up is open again."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("close_sign_up"),
    ),
    "reject_seed": Action(
        _("The seed is written wrongly"),
        seating.reject_seed,
        ReasonForm,
        submit=_("Take the seed back"),
        text=_("The seed is written down anew. What was wrong is published."),
        done=_("The seed is to be written down anew."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("enter_seed"),
    ),
    "call_off": Action(
        _("Call the draw off"),
        services.call_off,
        ReasonForm,
        waits=until(services.require_waiting),
        text=_(
            "The reason is published, all who signed up are told, and what they said is deleted. The panel can be "
            "named by hand, or another draw opened."
        ),
        done=_("The draw is called off."),
        tone="danger",
        ready=_still_secret,
        not_ready=_("The seed can be known by now. The draw cannot be called off any more."),
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
}
