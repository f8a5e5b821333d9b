"""What the public record and those concerned read of applying. Before the public notice it names the number alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

ASKED = Event(
    "funds.asked_to_join",
    title=_("%(who)s asks you to apply together for “%(title)s”"),
    body=_("You are named only if you say yes yourself. Please answer by %(due_at)s."),
)
JOINED = Event(
    "funds.joined",
    title=_("%(who)s applies together with you for “%(title)s”"),
    body=_("Everything can be written by both of you now."),
)
NOT_JOINED = Event(
    "funds.not_joined",
    title=_("%(who)s does not apply with you for “%(title)s”"),
    body=_("You can ask somebody else until it is handed in."),
)
NOT_ASKED = Event(
    "funds.not_asked",
    title=_("You are not asked any more to apply together for “%(title)s”"),
    body=_("There is nothing for you to do."),
)
HANDED_IN = Event(
    "funds.handed_in",
    record=_("An application was handed in: %(number)s"),
    title=_("“%(title)s” was handed in under the number %(number)s"),
    body=_("The office checks whether it is eligible by %(due_at)s. Its page says how it stands."),
)
CAME_IN = Event(
    "funds.came_in",
    title=_("An application has come in: “%(title)s”"),
    body=_("Number %(number)s. Please check whether it is eligible by %(due_at)s."),
)
WITHDRAWN = Event(
    "funds.withdrawn",
    record=_("An application was withdrawn: %(number)s"),
    title=_("“%(title)s” was withdrawn"),
    body=_("The reason: “%(reason)s”."),
)
LEADS = Event(
    "funds.leads",
    title=_("You lead the application “%(title)s” now"),
    body=_("Whoever led it has left. Please look at its page: what it waits for, waits for you."),
)
UNSENT = Event(
    "funds.unsent",
    title=_("“%(title)s” is not handed in yet"),
    body=_(
        "What you wrote is kept, but nobody looks at it before you hand it in. You can until %(closes_at)s."
    ),
    urgent=True,
)
