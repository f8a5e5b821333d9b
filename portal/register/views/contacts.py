"""The page on which the committee says how it is reached; whoever runs the portal uses the same."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.models import Contact
from portal.community.web import account, sent, signed_in, typed_before
from portal.register.forms import ContactForm
from portal.register.permissions import DESK
from portal.register.services import contacts


@signed_in
@once
def contact(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the office is, when it is open, and whom to call."""
    here = DESK.open(request, slug, "contact")
    known = Contact.objects.filter(area=here).first() or Contact(area=here)
    said = {name: getattr(known, name) for name in contacts.FIELDS}

    def save(form: ContactForm) -> str:
        contacts.change(account(request), slug, form.cleaned_data)
        messages.success(
            request, _("Saved. Neighbours read it on the home page, and wherever they are sent to you.")
        )
        return request.path

    form = ContactForm(sent(request), initial=said | typed_before(request))
    page = {"neighbourhood": here, "contact": known, "changes": contacts.changes(here)}
    return handle_form(request, form, save, "register/contact.html", page)
