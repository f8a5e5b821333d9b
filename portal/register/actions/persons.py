"""What can be done to a person's record, and to a change of one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home
from portal.community.leaving import Leaving, hanging
from portal.community.models import Person, PersonKind, User
from portal.kit import clock
from portal.kit.errors import refusal_of
from portal.register.forms import (
    DeathForm,
    NameForm,
    PassOnForm,
    PhoneForm,
    ReleaseForm,
    RepresentForm,
    UniteForm,
)
from portal.register.models import PersonChange
from portal.register.permissions import may_touch
from portal.register.services import persons


def _person(person: Person, user: User) -> Home:
    page = reverse("register:person", args=[person.neighbourhood.slug, person.pk])
    return Home(person.real_name or person.public_name, page)


def _of_change(change: PersonChange, user: User) -> Home:
    return Home(change.person.real_name or change.person.public_name, change.get_absolute_url())


def _hanging_on(person: Person, user: User) -> dict[str, Any]:
    """What is handed over with a death: all of it, where there is an account; else what hangs on the home."""
    ends = User.objects.filter(person=person).first() or person.residencys.filter(until=None).first()
    return {"hanging": hanging(Leaving(person, ends, by=user)) if ends else []}


def _is_company(person: Person, user: User) -> bool:
    return person.kind != PersonKind.NATURAL


def _is_natural(person: Person, user: User) -> bool:
    return person.kind == PersonKind.NATURAL


def _can_be_taken_back(change: PersonChange, user: User) -> bool:
    last = persons.last_day(change)
    return not change.final and (last is None or clock.today() <= last)


# The table of changes takes it back (CHANGE): its rows stand on the page of the person.
HERE = _("It stands on the page of the person, and can be taken back there; the page says until when.")
PERSON = {
    "correct_name": Action(
        _("Correct the name"),
        persons.correct_name,
        NameForm,
        text=_("The former name is kept, for staff and the auditor."),
        done=_("The name is corrected."),
        home=_person,
        effect=Effect.REPLACES,
        way_back=HERE,
    ),
    "correct_phone": Action(
        _("Correct the phone number"),
        persons.correct_phone,
        PhoneForm,
        text=_("The former number is kept, for staff and the auditor."),
        done=_("The number is corrected."),
        home=_person,
        effect=Effect.REPLACES,
        way_back=HERE,
    ),
    "release_phone": Action(
        _("Somebody else has this number now"),
        persons.release_phone,
        ReleaseForm,
        text=_(
            "The number leads to this person no more, and opens nothing. The person is told by the other channels."
        ),
        submit=_("Release the number"),
        done=_("The number is released."),
        tone="danger",
        home=_person,
        effect=Effect.ENDS,
        way_back=HERE,
    ),
    "represent": Action(
        _("Who acts for the company"),
        persons.represent,
        RepresentForm,
        text=_("Whoever acted for it until now does no more."),
        done=_("Noted."),
        home=_person,
        ready=_is_company,
        effect=Effect.REPLACES,
        way_back=HERE,
    ),
    "pass_on": Action(
        _("Who succeeds?"),
        persons.pass_on,
        PassOnForm,
        text=_("The heir gets the title from that day on, and votes for the dwelling where nobody does."),
        submit=_("Pass the title on"),
        done=_("The title has passed on."),
        main=True,
        home=_person,
        template="register/person_dated.html",
        ready=lambda person, user: bool(persons.titles_left(person)),
        effect=Effect.PUBLISHES,
        way_back=HERE,
    ),
    "mark_deceased": Action(
        _("Has died"),
        persons.mark_deceased,
        DeathForm,
        text=_(
            "Titles, homes, posts and team memberships end together on that day, wherever they are. Nobody can sign in "
            "with the account any more. Then you are asked who succeeds. What is handed over to others stays with them "
            "also where this is taken back."
        ),
        submit=_("Mark as deceased"),
        done=_("Noted. Please enter who succeeds to the titles."),
        tone="danger",
        home=_person,
        template="register/person_dated.html",
        shows=_hanging_on,
        ready=_is_natural,
        effect=Effect.ENDS,
        way_back=HERE,
    ),
    "unite": Action(
        _("Unite with a second record"),
        persons.unite,
        UniteForm,
        text=_("Both records are kept, and nothing counts twice afterwards. The people are told."),
        submit=_("Unite the two"),
        done=_("The two records are one now."),
        tone="danger",
        waits=lambda person, user: refusal_of(lambda: may_touch(user, person)),
        from_address=("other",),
        home=_person,
        template="register/person_unite.html",
        effect=Effect.REPLACES,
        way_back=HERE,
    ),
}
CHANGE = {
    "take_back": Action(
        _("Take back"),
        persons.take_back,
        text=_(
            "Exactly what this changed becomes what it was. Where something was changed again since, nothing happens."
        ),
        done=_("Taken back: everything is as it was before."),
        tone="danger",
        home=_of_change,
        template="register/person_change.html",
        ready=_can_be_taken_back,
        effect=Effect.REPLACES,
        way_back=_("Done by mistake? It can be done anew."),
    ),
}
