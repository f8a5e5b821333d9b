"""What happens to the minutes of a meeting and to what it decided, in the record and to those who took part."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event


class MinuteEvents:
    """The events of the minutes of one kind of meeting: `prefix` is the kind, as in the names of its other events."""

    def __init__(self, prefix: str) -> None:
        title = _("Please confirm the minutes: %(title)s")
        body = _("Read what was written of your words; confirm, correct or refuse, by %(due_at)s.")
        self.draft = Event(
            f"{prefix}.minutes_draft", _("minutes laid before those who took part"), title, body
        )
        self.changed = Event(
            f"{prefix}.minutes_changed",
            _("minutes changed; those who took part confirm them anew"),
            title,
            body,
        )
        self.marked = Event(
            f"{prefix}.marked", record=_("somebody who took part (%(group)s) answered on the minutes")
        )
        self.replied = Event(
            f"{prefix}.correction_replied",
            record=_("corrections of the minutes answered: %(n)s"),
            title=_("Your correction of the minutes was answered: %(title)s"),
        )
        self.signed = Event(f"{prefix}.minutes_signed", record=_("minutes confirmed"))


DECIDED = Event(
    "decision.made",
    record=_("decided: %(text)s (%(owner)s, until %(due_on)s)"),
    title=_("Decided at a meeting, and yours to do: %(title)s"),
    body=_("Please do it by %(due_on)s, and say so on the page."),
)
DONE = Event(
    "decision.done",
    record=_("done what was decided: %(text)s"),
    title=_("Done, as was decided: %(title)s"),
    body=_("%(reason)s"),
    mail=False,
)
MOVED = Event(
    "decision.moved",
    record=_("what was decided takes longer, until %(due_on)s: %(why)s"),
    title=_("It takes longer than was decided: %(title)s"),
    body=_("The new day is %(due_on)s. The reason: “%(why)s”."),
)
DROPPED = Event(
    "decision.dropped",
    record=_("not done, though decided: %(text)s. %(note)s"),
    title=_("It is not done: %(title)s"),
    body=_("The reason: “%(note)s”."),
)
OWED_AGAIN = Event(
    "decision.owed_again",
    record=_("to be done after all: %(text)s"),
    title=_("To be done after all: %(title)s"),
    body=_("By %(due_on)s. The reason: “%(why)s”."),
)
