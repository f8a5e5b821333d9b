"""What is published of an item, and items of a neighbourhood's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm, T
from portal.community.models import Post
from portal.kit import clock
from portal.kit.fields import YEAR, CharField, DayField, longest, number_field, offer, reason_field
from portal.pages.disclosure import catalogue
from portal.pages.disclosure.models import DisclosureItem, Period, Publication


class _Written(ActionForm[T]):
    title = CharField(label=gettext_lazy("Title"), max_length=longest(Publication, "title"))
    covers_from = DayField(label=gettext_lazy("Covers from"), back=10 * YEAR)
    covers_to = DayField(label=gettext_lazy("Covers until"), back=10 * YEAR)
    body = CharField(
        label=gettext_lazy("Text"),
        rows=10,
        max_length=20_000,
        required=False,
        help_text=gettext_lazy(
            "An empty line starts a paragraph, “## ” a heading, “- ” a list item, **two stars** bold."
        ),
    )
    papers = FilesField(label=gettext_lazy("File"), most=1, required=False)

    def clean(self) -> dict[str, Any]:
        """Days in their order; a text or a file."""
        data = super().clean() or {}
        if data.get("covers_from") and data.get("covers_to") and data["covers_to"] < data["covers_from"]:
            self.add_error("covers_to", _("This day lies before the first one."))
        return data


class PublishForm(_Written[DisclosureItem]):
    """Begins with what is owed next."""

    def prepare(self) -> None:
        """The title and the days of what is owed."""
        owed = catalogue.standing([self.thing])[0].owed
        first, last = (owed.first, owed.last) if owed else (clock.today(), clock.today())
        self.begin({"title": self.thing.title, "covers_from": first, "covers_to": min(last, clock.today())})


class CorrectForm(_Written[Publication]):
    """Begins with what was published, and asks why."""

    reason = reason_field(longest(Publication, "reason"), rows=2)
    field_order = ("reason", "title", "covers_from", "covers_to", "body", "papers")

    def prepare(self) -> None:
        """What stands there now."""
        self.begin(
            {name: getattr(self.thing, name) for name in ("title", "covers_from", "covers_to", "body")}
        )
        if self.thing.file_id:
            self.fields["papers"].help_text = _("Without a new file the present one stays.")


class AroseForm(ActionForm[DisclosureItem]):
    """On which day it happened."""

    day = DayField(label=gettext_lazy("It happened on"), back=10 * YEAR, initial=clock.today)

    def clean_day(self) -> Any:
        """Not a day to come."""
        day = self.cleaned_data["day"]
        if day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class RetireForm(ActionForm[DisclosureItem]):
    """Why it is taken out."""

    reason = reason_field(200, rows=2)


class ItemForm(forms.Form):
    """An item of a neighbourhood's own."""

    group = CharField(label=gettext_lazy("Class"), max_length=longest(DisclosureItem, "group"))
    title = CharField(label=gettext_lazy("Item"), max_length=longest(DisclosureItem, "title"))
    contents = CharField(
        label=gettext_lazy("What it holds"), max_length=longest(DisclosureItem, "contents"), rows=3
    )
    basis = CharField(
        label=gettext_lazy("Legal basis"), max_length=longest(DisclosureItem, "basis"), required=False
    )
    period = forms.ChoiceField(label=gettext_lazy("How often"), choices=Period)
    days = number_field(label=gettext_lazy("Working days for it"), min_value=1, max_value=60, initial=10)
    publisher = forms.ChoiceField(label=gettext_lazy("Who publishes it"))
    channels = CharField(
        label=gettext_lazy("Where it is published besides"),
        max_length=longest(DisclosureItem, "channels"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = (
            Post.DIRECTOR,
            Post.WORKER,
            Post.PARTY,
            Post.OWNERS_COMMITTEE,
            Post.PROPERTY,
            Post.BUILDING_HEAD,
        )
        offer(self, "publisher", [(post.value, capfirst(post.label)) for post in posts])
