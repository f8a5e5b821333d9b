"""The form with which a topic gets its pictures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.community.models import Upload
from portal.deliberation.models import Topic
from portal.deliberation.services.pictures import PLACES, Hung
from portal.deliberation.states import CARRIED
from portal.kit.fields import CharField, longest, offer

NONE = "none"


class PictureForm(ActionForm[Topic]):
    """A cover among the topic's own pictures or a new one; where it is carried out, how it was and became."""

    choose = forms.ChoiceField(label=gettext_lazy("Its cover"), required=False, widget=forms.RadioSelect)
    cover = FilesField(label=gettext_lazy("Another picture as its cover"), most=1, required=False)
    cover_alt = CharField(
        label=gettext_lazy("What it shows"), max_length=longest(Upload, "alt"), required=False
    )
    caption = CharField(
        label=gettext_lazy("Caption"),
        max_length=longest(Upload, "caption"),
        required=False,
        help_text=gettext_lazy("Place and day. A drawing says that it is one, and who drew it."),
    )
    before = FilesField(label=gettext_lazy("How it was before"), most=1, required=False)
    before_alt = CharField(
        label=gettext_lazy("What it shows"), max_length=longest(Upload, "alt"), required=False
    )
    after = FilesField(label=gettext_lazy("How it is now, from the same place"), most=1, required=False)
    after_alt = CharField(
        label=gettext_lazy("What it shows"), max_length=longest(Upload, "alt"), required=False
    )

    def prepare(self) -> None:
        """The pictures there are; before and after only where something is carried out."""
        topic = self.thing
        self.pictures = {str(photo.pk): photo for photo in topic.photos.all() if photo.is_image}
        if topic.cover:
            self.pictures.setdefault(str(topic.cover_id), topic.cover)
        named = [(key, photo.alt or photo.name) for key, photo in self.pictures.items()]
        offer(self, "choose", [*named, (NONE, _("no picture"))])
        self.begin({"choose": str(topic.cover_id or NONE)})
        if not self.pictures:
            del self.fields["choose"]
        if topic.state not in CARRIED:
            for name in ("before", "before_alt", "after", "after_alt"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A picture needs its description."""
        data = super().clean() or {}
        for place in PLACES:
            if data.get(place) and not data.get(f"{place}_alt", "").strip():
                self.add_error(f"{place}_alt", _("Please say in a few words what the picture shows."))
        return data

    def values(self) -> dict[str, Hung | None]:
        """What is hung, by its place; places that stay as they are are left out."""
        data = self.cleaned_data
        chosen = data.get("choose") or ""
        hung: dict[str, Hung | None] = {}
        if chosen == NONE:
            hung["cover"] = None
        elif chosen:
            photo = self.pictures[chosen]
            hung["cover"] = Hung(photo, data["cover_alt"], data["caption"])
        for place in PLACES:
            if data.get(place):
                hung[place] = Hung(
                    data[place][0], data[f"{place}_alt"], data["caption"] if place == "cover" else ""
                )
        return hung
