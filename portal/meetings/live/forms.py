"""What is asked in the hall: little, since people stand and wait."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit.fields import CharField
from portal.meetings.live import boards, rules
from portal.meetings.models import Floor, HallQuestion, Pulse
from portal.meetings.models.live import MOST_OPTIONS
from portal.meetings.states.live import Queue

LONGEST_ITEM, MOST_MINUTES, USUAL_MINUTES, MOST_ITEMS = 120, 480, 10, 30
LONGEST_OPTION = 20
FloorForm = ActionForm[Floor]


class DoorForm(FloorForm):
    """The code of the door, brought along by the address that was scanned."""

    code = CharField(
        label=gettext_lazy("Code at the door"),
        max_length=60,
        help_text=gettext_lazy("The code on the screen in the hall brings it along."),
    )


class PresenceForm(FloorForm):
    """Who of the seats is here."""

    present = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Here now"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """The seats; ticked is who is here."""
        seats = self.thing.meeting.participants.sitting().select_related("person")
        field: Any = self.fields["present"]
        field.choices = [(seat.pk, f"{seat.real_name} {seat.group}".strip()) for seat in seats]
        self.begin({"present": _here(self.thing)})


class QueueForm(FloorForm):
    """What the queue is from now on."""

    queue = forms.ChoiceField(label=gettext_lazy("Queue"), choices=Queue.choices)


class TurnForm(FloorForm):
    """Which turn."""

    turn = forms.IntegerField(label=gettext_lazy("Turn"), min_value=1, widget=forms.HiddenInput)


class EnterTurnForm(FloorForm):
    """Who in the hall wants to speak."""

    participant = forms.TypedChoiceField(
        label=gettext_lazy("Seat"), coerce=int, required=False, empty_value=None
    )
    name = CharField(label=gettext_lazy("or a name"), max_length=60, required=False)

    def prepare(self) -> None:
        """The seats of the meeting."""
        seats = self.thing.meeting.participants.sitting().select_related("person")
        field: Any = self.fields["participant"]
        field.choices = [("", "—"), *((seat.pk, f"{seat.shown} {seat.group}".strip()) for seat in seats)]


class ItemForm(FloorForm):
    """Which point of the agenda."""

    item = forms.IntegerField(label=gettext_lazy("Point"), min_value=1, widget=forms.HiddenInput)


class AgendaForm(FloorForm):
    """The points that have not begun, one a line."""

    items = CharField(
        label=gettext_lazy("Points"),
        max_length=4000,
        rows=8,
        help_text=gettext_lazy("One a line: title, minutes, who presents, with a | between them."),
    )

    def prepare(self) -> None:
        """Those that wait."""
        waiting = self.thing.meeting.agenda_items.filter(began_at=None)
        self.begin(
            {
                "items": "\n".join(
                    f"{one.title} | {one.minutes} | {one.presenter}".rstrip(" |") for one in waiting
                )
            }
        )

    def clean_items(self) -> list[tuple[str, int, str]]:
        """Title, whole minutes, who presents."""
        lines = [line for line in self.cleaned_data["items"].splitlines() if line.strip()]
        if len(lines) > MOST_ITEMS:
            raise ValidationError(_("At most %(most)d points, please.") % {"most": MOST_ITEMS})
        return [_item(line) for line in lines]


class TextsForm(FloorForm):
    """The versions of the text, and how long a turn may take."""

    seconds = forms.IntegerField(label=gettext_lazy("Seconds a turn"), min_value=15, max_value=3600)

    def prepare(self) -> None:
        """As they are."""
        for name in ("old_text", "new_text", "final_text"):
            column: Any = Floor._meta.get_field(name)
            self.fields[name] = CharField(
                label=column.verbose_name,
                max_length=column.max_length,
                required=False,
                rows=3,
            )
        self.begin({name: getattr(self.thing, name) for name in self.fields})


class PulseForm(FloorForm):
    """A quick question and its answers."""

    question = CharField(
        label=gettext_lazy("Question"), max_length=Pulse._meta.get_field("question").max_length
    )
    options = CharField(
        label=gettext_lazy("Answers"),
        max_length=200,
        rows=3,
        help_text=gettext_lazy("One a line, two to six."),
    )

    def prepare(self) -> None:
        """The usual three."""
        self.begin({"options": "\n".join([_("Agree"), _("It depends"), _("Disagree")])})

    def clean_options(self) -> list[str]:
        """Two to six different short ones."""
        options = [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
        if not 2 <= len(options) <= MOST_OPTIONS or len(set(options)) < len(options):
            raise ValidationError(_("Please give two to six different answers, one a line."))
        if any(len(option) > LONGEST_OPTION for option in options):
            raise ValidationError(_("An answer has at most %(most)d characters.") % {"most": LONGEST_OPTION})
        return options


class PulseAnswerForm(FloorForm):
    """One answer to the quick question that is open."""

    pulse = forms.IntegerField(label=gettext_lazy("Question"), min_value=1, widget=forms.HiddenInput)
    option = forms.IntegerField(label=gettext_lazy("Answer"), min_value=0, max_value=MOST_OPTIONS - 1)


class QuestionForm(FloorForm):
    """A question to whoever presents the plan."""

    text = CharField(
        label=gettext_lazy("What would you like to ask?"),
        max_length=HallQuestion._meta.get_field("text").max_length,
        rows=2,
    )


class AnswerForm(FloorForm):
    """The answer that was given."""

    question = forms.IntegerField(label=gettext_lazy("Question"), min_value=1, widget=forms.HiddenInput)
    answer = CharField(
        label=gettext_lazy("Answer"),
        max_length=HallQuestion._meta.get_field("answer").max_length,
        rows=2,
    )


def _item(line: str) -> tuple[str, int, str]:
    title, minutes, presenter = [*(part.strip() for part in line.split("|", 2)), "", ""][:3]
    if not title or len(title) > LONGEST_ITEM or len(presenter) > 60:
        raise ValidationError(_("This point is empty or too long: %(line)s") % {"line": line})
    if minutes and not (minutes.isascii() and minutes.isdigit() and 1 <= int(minutes) <= MOST_MINUTES):
        raise ValidationError(_("Please give whole minutes, 1 to 480: %(line)s") % {"line": line})
    return title, int(minutes or USUAL_MINUTES), presenter


def _here(floor: Floor) -> list[int]:
    inside = rules.here((key, came) for key, came, _at in boards.moves_of(floor))
    return [int(key[1:]) for key in inside if key.startswith("s")]
