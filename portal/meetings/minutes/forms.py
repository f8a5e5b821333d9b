"""The forms of minutes and decisions, for meetings of any kind."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.actions.versions import VersionForm
from portal.community.finding import neighbours_like
from portal.community.models import Post
from portal.community.permissions import holders
from portal.duties.next_step import body_of
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, longest, offer, reason_field
from portal.meetings.minutes.log import prefilled
from portal.meetings.minutes.services import View, came
from portal.meetings.models import Decision, Mark, Meeting, Participant
from portal.voting.models import Channel

# Posts that can owe what a meeting decided.
OWNERS = (
    Post.WORKER,
    Post.DIRECTOR,
    Post.PROPERTY,
    Post.OWNERS_COMMITTEE,
    Post.PARTY,
    Post.OVERSIGHT,
    Post.OFFICER,
    Post.BUILDING_HEAD,
)


class MinutesForm(VersionForm, ActionForm[Meeting]):
    """The minutes, beside the log of the meeting; and what everybody said who came, where that is noted."""

    text = CharField(
        label=gettext_lazy("Minutes"),
        max_length=longest(Meeting, "minutes"),
        rows=14,
        help_text=gettext_lazy("Questions and answers as they were given. Names as neighbours know them."),
    )

    def prepare(self) -> None:
        """Begin with what the log of the meeting says, until something was written."""
        self.open_version(self.thing)
        self.members = list(came(self.thing))
        self.begin({"text": self.thing.minutes or prefilled(self.thing)})

    def held(self, present: Any, name: str) -> Any:
        """The text stands in the meeting under another name."""
        return super().held(present, "minutes" if name == "text" else name)

    @property
    def head(self) -> list[forms.BoundField]:
        """The text of the minutes."""
        return [self["text"], self["version"]]

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What is asked of each; nothing here."""
        return []

    def values(self) -> dict[str, Any]:
        """The text; views stay as they were noted."""
        views = {member.pk: View(member.stance, member.statement) for member in self.members}
        return {**self.cleaned_data, "views": views}


class MarkForm(ActionForm[Meeting]):
    """What somebody who took part says of the minutes."""

    mark = forms.ChoiceField(
        label=gettext_lazy("The minutes"),
        choices=[
            (Mark.SIGNED, gettext_lazy("I confirm them")),
            (Mark.CORRECTED, gettext_lazy("I confirm them with a correction")),
            (Mark.REFUSED, gettext_lazy("I refuse to sign")),
        ],
        widget=forms.RadioSelect,
    )
    correction = CharField(
        label=gettext_lazy("The correction, or the reason for refusing"),
        max_length=longest(Participant, "correction"),
        rows=3,
        required=False,
        help_text=gettext_lazy("It is printed with the minutes, and so is the answer to it."),
    )

    def clean(self) -> dict[str, Any]:
        """A correction has to be written down."""
        data = super().clean() or {}
        if data.get("mark") == Mark.CORRECTED and not data.get("correction"):
            self.add_error("correction", _("Please write the correction."))
        return data


class RowsForm(ActionForm[Meeting]):
    """Fields for each of several participants, under their names."""

    members: list[Participant]

    def fields_of(self, member: Participant) -> list[str]:
        """The names of one's fields."""
        raise NotImplementedError

    @property
    def head(self) -> list[forms.BoundField]:
        """Nothing stands above the rows."""
        return []

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each participant's fields."""
        return [
            (
                f"{member.real_name} · {member.group}".rstrip(" ·"),
                [self[name] for name in self.fields_of(member)],
            )
            for member in self.members
        ]


class SheetForm(RowsForm):
    """All signatures of a sheet at once; whoever is left open has not answered yet."""

    def prepare(self) -> None:
        """A row for everybody who has not answered online."""
        self.members = list(came(self.thing).exclude(channel=Channel.ONLINE))
        for member in self.members:
            mark, text = self.fields_of(member)
            self.fields[mark] = forms.ChoiceField(
                label=_("On the sheet"), choices=[("", _("not answered yet")), *Mark.choices], required=False
            )
            self.fields[text] = CharField(
                label=_("The correction, or the reason for refusing"),
                max_length=longest(Participant, "correction"),
                rows=2,
                required=False,
            )
            self.begin({mark: member.mark, text: member.correction})

    def fields_of(self, member: Participant) -> list[str]:
        """Mark and words."""
        return [f"mark_{member.pk}", f"correction_{member.pk}"]

    def clean(self) -> dict[str, Any]:
        """Somebody answered, and corrections have their words."""
        data = super().clean() or {}
        for member in self.members:
            mark, text = self.fields_of(member)
            if data.get(mark) == Mark.CORRECTED and not data.get(text):
                self.add_error(text, _("Please write the correction."))
        if not any(data.get(self.fields_of(member)[0]) for member in self.members):
            raise forms.ValidationError(_("Nobody’s answer is entered yet."))
        return data

    def values(self) -> dict[str, Any]:
        """(mark, words) of those who answered, by the participant's key."""
        given = {
            member.pk: [self.cleaned_data[name] for name in self.fields_of(member)] for member in self.members
        }
        return {"marks": {pk: (mark, text) for pk, (mark, text) in given.items() if mark}}


class RepliesForm(RowsForm):
    """The answer to each correction."""

    def prepare(self) -> None:
        """A field under each correction."""
        self.members = list(came(self.thing).exclude(correction=""))
        for member in self.members:
            self.fields[f"reply_{member.pk}"] = CharField(
                label=_("Reply to: “%(text)s”") % {"text": member.correction},
                max_length=longest(Participant, "reply"),
                rows=2,
            )
            self.begin({f"reply_{member.pk}": member.reply})

    def fields_of(self, member: Participant) -> list[str]:
        """The reply."""
        return [f"reply_{member.pk}"]

    def values(self) -> dict[str, Any]:
        """The replies by the participant's key."""
        return {"replies": {member.pk: self.cleaned_data[f"reply_{member.pk}"] for member in self.members}}


class DecideForm(ActionForm[Meeting]):
    """One decision and its owner."""

    text = CharField(label=gettext_lazy("What is to be done"), max_length=longest(Decision, "text"), rows=3)
    post = forms.ChoiceField(label=gettext_lazy("By whom: a post"), required=False)
    person = PersonField(label=gettext_lazy("Or a neighbour: name or phone"), required=False)
    body = CharField(
        label=gettext_lazy("Or a body outside the portal"),
        max_length=longest(Decision, "body"),
        required=False,
        help_text=gettext_lazy("Such as the water company. The committee watches that it is done."),
    )
    due_on = DayField(label=gettext_lazy("Until"), back=NOTHING, ahead=2 * YEAR)

    def prepare(self) -> None:
        """The posts that somebody holds here."""
        here = self.thing.neighbourhood
        find_in(self, "person", here, partial(neighbours_like, here))
        held = [(post.value, body_of(post)) for post in OWNERS if holders(post, here)]
        offer(self, "post", [("", _("nobody of these")), *held])

    def clean(self) -> dict[str, Any]:
        """Exactly one owner."""
        data = super().clean() or {}
        if not self.errors and sum(bool(data.get(name)) for name in ("post", "person", "body")) != 1:
            self.add_error("post", _("Please say who does it: one post, one person, or one body."))
        return data


class DoneForm(ActionForm[Decision]):
    """How it ended."""

    note = CharField(
        label=gettext_lazy("How it was done"),
        max_length=longest(Decision, "done_note"),
        rows=3,
        help_text=gettext_lazy("Everybody who may read about the meeting can read it."),
    )


class DropForm(DoneForm):
    """Why it is not done."""

    note = reason_field(longest(Decision, "done_note"))


class LaterForm(ActionForm[Decision]):
    """Another day, and why."""

    due_on = DayField(label=gettext_lazy("The new day"), back=NOTHING, ahead=2 * YEAR)
    why = reason_field(longest(Decision, "moved_why"))
