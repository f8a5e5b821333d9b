"""What can be done with the signatures of a text."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.actions.actions import Action, Effect, WayBack
from portal.community.models import User
from portal.conventions.forms_signing import EnterForm, SignForm, StrikeForm
from portal.conventions.models import Proposal
from portal.conventions.services import signing
from portal.conventions.signatures import Household
from portal.kit import clock


def _is_adult(user: User) -> bool:
    return user.person is not None and user.person.is_adult(clock.today())


def _can_sign(text: Proposal, user: User) -> bool:
    return _is_adult(user) and bool(Household.of(user, text).to_sign)


def _has_signed(text: Proposal, user: User) -> bool:
    return _is_adult(user) and bool(Household.of(user, text).own)


def _voluntary(text: Proposal, user: User) -> dict[str, Any]:
    """What signing means: where it decides, and where it only says that a household has read the text."""
    if text.round.page.is_building:
        return {}
    return {
        "text": _(
            "Your household says that it has read this edition and will keep to it. Signing is voluntary and no"
            " condition of being bound: an edition in force holds for everybody. It counts for this edition only."
        )
    }


def _entered(count: int) -> str:
    said = ngettext(
        "The signature of %(n)d household was entered.",
        "The signatures of %(n)d households were entered.",
        count,
    )
    return said % {"n": count}


def _struck(count: int) -> str:
    said = ngettext(
        "The signature of %(n)d household was struck.",
        "The signatures of %(n)d households were struck.",
        count,
    )
    return said % {"n": count}


ACTIONS: dict[str, Action] = {
    "sign": Action(
        _("Sign for your household"),
        signing.sign,
        SignForm,
        text=_(
            "One signature a household. The text is adopted when more than half of the households sign; one that does"
            " not agree is counted too. It can be taken back while signatures are collected."
        ),
        done=_("Signed. Thank you."),
        main=True,
        ready=_can_sign,
        shows=_voluntary,
        effect=Effect.COUNTS,
        way_back=WayBack("take_back"),
    ),
    "take_back": Action(
        _("Take the signature back"),
        signing.take_back,
        text=_("The signature of your household does not count any more. You can sign again."),
        done=_("The signature was taken back."),
        tone="quiet",
        ready=_has_signed,
        effect=Effect.COUNTS,
        way_back=WayBack("sign"),
    ),
    "enter": Action(
        _("Enter signatures from paper"),
        signing.enter,
        EnterForm,
        submit=_("Enter"),
        text=_(
            "Households that have signed already are left as they are. Keep the paper: the record says how many were"
            " entered, and by whom."
        ),
        done=_entered,
        tone="quiet",
        effect=Effect.COUNTS,
        way_back=WayBack("strike"),
    ),
    "strike": Action(
        _("Strike signatures entered by mistake"),
        signing.strike,
        StrikeForm,
        submit=_("Strike"),
        text=_("Only what was entered from paper is struck. The record says how many, by whom and why."),
        done=_struck,
        tone="quiet",
        ready=lambda text, user: text.signatures.standing().exclude(entered_by=None).exists(),
        effect=Effect.COUNTS,
        way_back=WayBack("enter"),
    ),
}
