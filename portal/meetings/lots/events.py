"""What happens to a draw, in the public record and to those whom it concerns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

OPENED = Event(
    "lot.opened",
    record=_("sign-up for a panel drawn by lot: %(seats)s seats"),
    title=_("Would you sit on the panel? %(title)s"),
    body=_(
        "%(seats)s seats are drawn by lot. Everybody who lives or owns here can sign up until %(closes_at)s."
    ),
)
QUOTAS = Event("lot.quotas", record=_("seats of the draw changed: %(seats)s in all"))
CLOSED = Event("lot.closed", record=_("sign-up closed: %(people)s for %(seats)s seats"))
REOPENED = Event("lot.reopened", record=_("sign-up opened again"))
COMMITTED = Event(
    "lot.committed",
    record=_(
        "1,000 tickets published for %(people)s people. SHA-256 of the tickets: %(tickets_sha256)s, "
        "of the list: %(pool_sha256)s. The seed is read from: %(seed_event)s"
    ),
    title=_("Your chance is published: %(title)s"),
    body=_("The draw takes place on %(seed_at)s: %(seed_event)s. Nobody can be added or taken out any more."),
)
SEEDED = Event("lot.seeded", record=_("seed written down: %(seed)s"))
REJECTED = Event("lot.rejected", record=_("seed taken back: %(reason)s"))
DRAWN = Event(
    "lot.drawn",
    record=_("panel drawn with the seed %(seed)s: ticket %(ticket)s, %(codes)s"),
    title=_("The panel is drawn, the lot did not fall on you: %(title)s"),
    body=_("You may still be asked: a seat that is declined goes to the next like you."),
)
DECLINED = Event("lot.declined", record=_("a seat was declined: %(code)s; next: %(next)s"))
CALLED_OFF = Event(
    "lot.called_off",
    record=_("draw called off: %(reason)s"),
    title=_("The draw is called off: %(title)s"),
    body=_("%(reason)s"),
)
