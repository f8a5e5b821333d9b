"""What the public record and the duties call the subjects of this app."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.permissions import COMMITTEE, STAFF
from portal.duties.kinds import register_kinds, register_readers
from portal.duties.steps import register_page, register_steps
from portal.record.wording import Subject, register_subjects

# The parts before the dot: what people choose news and entries by.
register_subjects(
    {
        "roster": Subject(_("Roster")),
        "dwelling": Subject(_("Dwellings")),
        "residency": Subject(_("Living here")),
        "ownership": Subject(_("Owning here")),
        "letters": Subject(_("Letters with invitation codes")),
        "appointment": Subject(_("Posts held")),
        "person": Subject(_("People")),
        "account": Subject(_("Accounts")),
        "wish": Subject(_("What is asked of the desk")),
    }
)
register_kinds(
    {
        "residency.decide": _("answer a request to be verified as living here"),
        "roster.confirm": _("look at a roster that would change much, and confirm it or turn it down"),
        "ownership.decide": _("answer a request to be verified as owner"),
        "wish.answer": _("answer what somebody asked of the desk"),
        "post.vacant": _("name somebody for a post that nobody holds"),
    }
)
register_readers(COMMITTEE, "residency.decide", "ownership.decide", "roster.confirm")
register_readers(STAFF, "post.vacant")
register_steps("register:residency", {"residency.decide": ("approve", "refuse")})
register_steps("register:ownership", {"ownership.decide": ("approve", "refuse")})
register_steps("register:wish_act", {"wish.answer": ("settle", "decline")})
register_steps("register:import_act", {"roster.confirm": ("confirm", "turn_down")})
register_page("post.vacant", lambda duty: reverse("register:posts", args=[duty.neighbourhood.slug]))
