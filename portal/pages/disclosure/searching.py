"""How the disclosure catalogue is found: its items, and what was published of them."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages.disclosure.models import DisclosureItem, Publication
from portal.search.kinds import Kind, register
from portal.search.rooms import register_room


def _text(item: DisclosureItem) -> str:
    """With the word for all of it, in the portal's own language."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{_('Open books of the committee')} {item.group}\n{item.contents}"


register(
    Kind(
        name="disclosure",
        label=gettext_lazy("Open books of the committee"),
        model=DisclosureItem,
        things=DisclosureItem.objects.all,
        visible_to=lambda user: DisclosureItem.objects.filter(retired_on=None),
        title=lambda item: item.title,
        text=_text,
        url=lambda item: item.get_absolute_url(),
        shown=lambda item: item.retired_on is None,
    )
)
register(
    Kind(
        name="publication",
        label=gettext_lazy("Published by the committee"),
        model=Publication,
        things=lambda: Publication.objects.select_related("item"),
        visible_to=lambda user: Publication.objects.visible_to(user).current(),
        title=lambda made: made.title,
        text=lambda made: made.body,
        url=lambda made: made.get_absolute_url(),
        when=lambda made: made.published_at,
        note=lambda made: made.item.title,
        neighbourhood=lambda made: made.item.neighbourhood_id,
    )
)
register_room("pages:disclosure", gettext_lazy("Open books of the committee"))
