"""Who is first contact of a topic."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.community.models import Person
from portal.deliberation.models import Topic
from portal.deliberation.services.contacts import contacts
from portal.kit.fields import offer


class ContactForm(ActionForm[Topic]):
    """Somebody who holds a post in the committee, other than who is first contact now."""

    contact = forms.TypedChoiceField(label=gettext_lazy("First contact"), coerce=int)

    def prepare(self) -> None:
        """Those who can be."""
        self.held = contacts(self.thing.neighbourhood)
        others = [held for held in self.held.values() if held.person_id != self.thing.first_contact_id]
        offer(self, "contact", [(held.person_id, held.record_title) for held in others])

    def clean_contact(self) -> Person:
        """The person behind the post."""
        return self.held[self.cleaned_data["contact"]].person
