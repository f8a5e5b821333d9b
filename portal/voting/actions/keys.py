"""What the keepers of a ballot box do: name custodians, print the parts of the key, try them, open the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import segno
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.voting import services
from portal.voting.forms_keys import KeepersForm, PrintedForm, SharesForm
from portal.voting.models import Vote

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _keys(vote: Vote, _result: object) -> str:
    return reverse("voting:keys", args=[vote.pk])


def _print(vote: Vote, _result: object) -> str:
    return reverse("voting:keys_act", args=[vote.pk, "make-keys"])


@sensitive_variables()
def _sheets(vote: Vote, user: User) -> dict[str, Any]:
    """A key drawn for this very page: nothing of it is kept unless the page says that it was printed."""
    custodians = list(vote.custodians.select_related("user__person"))
    if not services.may_make_key(vote):
        return {}
    drawn = services.draw_key(vote)
    sheets = [
        {"keeper": keeper, "share": share, "qr": _qr(share)}
        for keeper, share in zip(custodians, drawn.parts, strict=True)
    ]
    return {"sheets": sheets, "drawn": drawn.token}


def _qr(share: str) -> SafeString:
    """A part of a key as a QR code; an address it is not."""
    drawn = segno.make(share, error="m", micro=False).svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None
    )
    # segno draws numbers: nothing of the part reaches the markup as text.
    return mark_safe(drawn.replace("<svg ", '<svg role="img" aria-hidden="true" ', 1))  # noqa: S308


def _opened(vote: Vote) -> StrOrPromise:
    if vote.counted_at is None:
        return gettext("The box was opened. The ballots are counted as soon as nothing is missing.")
    return gettext("The box was opened and the ballots were counted.")


KEYS: dict[str, Action] = {
    "name_custodians": Action(
        _("Name the keepers of the key"),
        services.name_custodians,
        KeepersForm,
        submit=_("Name them and go on to the sheets"),
        text=_(
            "Choose three people who do not stand under one another, such as one of the committee, one of the "
            "oversight committee and one neighbour with a post. A key made before becomes worthless."
        ),
        tone="quiet",
        ready=lambda vote, user: services.may_name_custodians(vote),
        then=_print,
        effect=Effect.REPLACES,
        way_back=WayBack("name_custodians"),
    ),
    "make_keys": Action(
        _("Make the key"),
        services.make_keys,
        PrintedForm,
        submit=_("Printed: go on and try them"),
        ready=lambda vote, user: services.may_make_key(vote),
        then=_keys,
        template="voting/shares.html",
        shows=_sheets,
        effect=Effect.REPLACES,
        text=_(
            "The sheets that you printed hold the only parts of this key. A key made before becomes worthless."
        ),
        way_back=WayBack("make_keys"),
    ),
    "try_keys": Action(
        _("Try the parts"),
        services.rehearse,
        SharesForm,
        submit=_("Try these parts"),
        text=_(
            "Bring two of the three sheets together and type what stands on them; with all three every pair is tried."
        ),
        done=_("The parts open the box. Please put the sheets away, each in its own place."),
        ready=lambda vote, user: bool(vote.public_key) and vote.key_ready_at is None,
        then=_keys,
        template="voting/keys_act.html",
        effect=None,
    ),
    "open_box": Action(
        _("Open the ballot box"),
        services.open_with,
        SharesForm,
        submit=_("Open and count"),
        text=_(
            "Two keepers type their parts here. All ballots are opened together, mixed, and counted at once; who "
            "cast which is not kept."
        ),
        done=_opened,
        template="voting/keys_act.html",
        effect=Effect.COUNTS,
        way_back=STAYS,
    ),
}
