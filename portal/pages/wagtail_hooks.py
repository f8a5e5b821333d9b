"""What the district's editors find in the stock admin besides the page tree: contact cards, which they correct."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.community.web import account
from portal.pages.cards.models import ContactCard
from portal.pages.cards.services import FIELDS, told


class ContactCardViewSet(SnippetViewSet):
    """Cards are begun by their committees; here they are corrected."""

    model = ContactCard
    icon = "user"
    menu_label = _("Contact cards")
    add_to_admin_menu = True
    list_display: ClassVar[list[str]] = ["title", "checked_on"]
    search_fields: ClassVar[list[str]] = ["area__name"]
    panels: ClassVar[list[Panel]] = [
        FieldPanel("area", read_only=True),
        *(FieldPanel(name) for name in FIELDS),
        FieldPanel("checked_on"),
    ]


register_snippet(ContactCardViewSet)


@hooks.register("after_edit_snippet")
def _corrected(request: HttpRequest, instance: object) -> None:
    """The public record knows of it, wherever a card was changed."""
    if isinstance(instance, ContactCard):
        told(account(request), instance, {}, {name: getattr(instance, name) for name in FIELDS})
