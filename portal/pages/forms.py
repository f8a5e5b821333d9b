"""The forms of written pages: a new one on one screen, and what stands beside the sections later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.kit import clock
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, MomentField
from portal.pages.blocks import TEXT_HELP, ProseField
from portal.pages.files import OptionalPictureForm
from portal.pages.models import NoticePage, WrittenPage


class OwnForm(forms.Form):
    """What stands beside the sections of a text."""

    title = CharField(label=_("Title"), max_length=60)
    version = CharField(widget=forms.HiddenInput, required=False, max_length=40)


class NoticeOwnForm(OwnForm):
    """A notice has a day, and a day until which the home page shows it."""

    day = DayField(label=_("Dated"), back=20 * YEAR, initial=clock.today)
    shown_until = DayField(label=_("On the home page until"), back=20 * YEAR, required=False)
    field_order: Iterable[str] | None = ("title", "day", "shown_until")

    def clean(self) -> dict[str, Any]:
        """The last day may not lie before the first."""
        data = super().clean() or {}
        if data.get("day") and data.get("shown_until") and data["shown_until"] < data["day"]:
            self.add_error("shown_until", _("This day lies before the day of the notice."))
        return data


class PageForm(OptionalPictureForm, OwnForm):
    """A new text: its first paragraphs and perhaps a picture; more sections are added afterwards."""

    body = ProseField(label=_("Text"), max_length=20_000, rows=10, help_text=TEXT_HELP)
    field_order: Iterable[str] | None = ("title", "body", "photo", "alt")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["version"]


def _two_weeks() -> date:
    return clock.today() + timedelta(days=14)


class NoticeForm(PageForm, NoticeOwnForm):
    """A new notice leaves the home page after two weeks unless its writer says otherwise."""

    shown_until = DayField(label=_("On the home page until"), required=False, initial=_two_weeks)

    field_order: Iterable[str] | None = ("title", "day", "shown_until", "body", "photo", "alt")


class ReadForm(ActionForm[WrittenPage]):
    """Remembers which draft was looked at: another one is not brought out unread."""

    version = CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def prepare(self) -> None:
        """The draft that stands there now."""
        self.begin({"version": self.thing.version})


class PublishForm(ReadForm):
    """Of what everybody reads already it is asked what was corrected."""

    why = CharField(
        label=_("What was corrected"),
        help_text=_("Everybody reads it below the text, with the day. Such as: the hour was wrong."),
        max_length=200,
        rows=2,
    )
    tell = forms.BooleanField(label=_("Tell the neighbours of the correction"), required=False)
    hide = forms.BooleanField(
        label=_("Do not show what it said before: something in it was nobody else's business"), required=False
    )

    def prepare(self) -> None:
        """Nothing is asked where nobody has read it."""
        super().prepare()
        for name in self._idle():
            del self.fields[name]

    def _idle(self) -> Iterable[str]:
        if not self.thing.live:
            return ("why", "tell", "hide")
        return () if isinstance(self.thing, NoticePage) else ("tell",)


class ScheduleForm(ReadForm):
    """When a page appears, and perhaps when it goes."""

    at = MomentField(label=_("It appears"), back=NOTHING)
    until = MomentField(
        label=_("It goes by itself"), back=NOTHING, deadline=True, ahead=5 * YEAR, required=False
    )

    def prepare(self) -> None:
        """What is scheduled already stands in the fields."""
        super().prepare()
        draft = self.thing.get_latest_revision_as_object() if self.thing.latest_revision_id else self.thing
        self.begin({"at": draft.go_live_at, "until": draft.expire_at})

    def clean(self) -> dict[str, Any]:
        """It cannot go before it appears."""
        data = super().clean() or {}
        if data.get("at") and data.get("until") and data["until"] <= data["at"]:
            self.add_error("until", _("It would go before it appears."))
        return data


class EndForm(ActionForm[WrittenPage]):
    """When a published page goes by itself."""

    until = MomentField(
        label=_("It goes by itself"),
        back=NOTHING,
        deadline=True,
        ahead=5 * YEAR,
        required=False,
        help_text=_("Empty: it stays until somebody takes it off."),
    )

    def prepare(self) -> None:
        """What was set already."""
        self.begin({"until": self.thing.expire_at})
