"""What can be done to a relation or a post, as its pages offer it: the words, the service, the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.community.leaving import Leaving, hanging
from portal.community.models import Appointment, Dwelling, Person, PersonKind, User
from portal.kit import clock
from portal.register.forms import (
    ApproveForm,
    CorrectForm,
    DeathForm,
    DeputyForm,
    DismissForm,
    EndForm,
    NameForm,
    PassOnForm,
    PhoneForm,
    ReasonForm,
    ReleaseForm,
    RepresentForm,
    RetireForm,
    SecondForm,
    UniteForm,
    VoterForm,
)
from portal.register.models import PersonChange
from portal.register.permissions import DESK, Tie
from portal.register.services import dwellings, imports, joining, persons, posts, taking_back, undoing


def _to_list(relation: Tie, result: object) -> str:
    return reverse("register:people", args=[relation.neighbourhood.slug])


def _home(home: Dwelling, user: User) -> Home:
    return Home(str(home), home.get_absolute_url())


def _dwelling(relation: Tie, user: User) -> Home:
    page = reverse("register:dwelling", args=[relation.neighbourhood.slug, relation.dwelling_id])
    return Home(str(relation.dwelling), page)


def _me(relation: Tie, user: User) -> Home:
    return Home(_("My page"), reverse("register:me"))


def _leaving(thing: Tie | Appointment, user: User) -> dict[str, Any]:
    """What hangs on a home, a title or a post that is about to end."""
    return {"hanging": hanging(Leaving(thing.person, thing, by=user))}


def _rolls(home: Dwelling, user: User) -> dict[str, Any]:
    return {"votes": dwellings.votes_on(home)}


def _ends(home: Dwelling, user: User) -> dict[str, Any]:
    return {"ends": dwellings.standing(home)} | _rolls(home, user)


def _of(kind: str, service: Callable[..., None]) -> Callable[..., None]:
    """A service of both kinds of relations, for one of them."""

    def run(user: User, pk: int, **values: Any) -> None:
        service(user, kind, pk, **values)

    return run


def _at_desk(kind: str) -> dict[str, Action]:
    return {
        "approve": Action(
            _("Approve"),
            _of(kind, joining.approve),
            ApproveForm,
            done=_("Verified."),
            then=_to_list,
            effect=Effect.PUBLISHES,
            template="register/relation.html",
            text=_("From now on the person takes part here as somebody who lives here or owns, and is told."),
            way_back=WayBack("undo_approval"),
        ),
        "refuse": Action(
            _("Refuse"),
            _of(kind, joining.refuse),
            ReasonForm,
            done=_("Refused. The person reads the reason on their own page."),
            tone="danger",
            then=_to_list,
            effect=Effect.ENDS,
            text=_("The person is told, and reads your reason; nobody else does."),
            way_back=WayBack("undo_refusal"),
        ),
        "end": Action(
            _("End"),
            _of(kind, joining.end),
            EndForm,
            submit=_("End from this day"),
            done=_("Ended, from that day."),
            tone="danger",
            home=_dwelling,
            template="register/relation.html",
            shows=_leaving,
            effect=Effect.ENDS,
            text=_(
                "From that day the person no longer takes part by it. Another owner of the dwelling "
                "votes where this one did."
            ),
            way_back=WayBack("undo_end"),
        ),
    }


def _undoing(kind: str) -> dict[str, Action]:
    return {
        "undo_approval": Action(
            _("Take the approval back"),
            _of(kind, undoing.undo_approval),
            ReasonForm,
            submit=_("Take it back"),
            text=_(
                "For a request that was approved by mistake. It waits for an answer again, and what it replaced holds "
                "again; the person is told your reason. What the person did meanwhile stays, and so "
                "does a frozen roll: "
                "its lines are corrected on the page of the vote."
            ),
            done=_("Taken back. The request waits for an answer again."),
            tone="quiet",
            home=_dwelling,
            template="register/relation.html",
            effect=Effect.REPLACES,
            way_back=WayBack("approve"),
            until=undoing.answer_stands_from,
            ready=lambda relation, user: undoing.was_approved(relation),
        ),
        "undo_refusal": Action(
            _("Take the refusal back"),
            _of(kind, undoing.undo_refusal),
            ReasonForm,
            submit=_("Take it back"),
            text=_("The request waits for an answer again; the person is told your reason."),
            done=_("Taken back. The request waits for an answer again."),
            tone="quiet",
            home=_dwelling,
            template="register/relation.html",
            effect=Effect.REPLACES,
            way_back=WayBack("refuse"),
            until=undoing.answer_stands_from,
        ),
        "undo_end": Action(
            _("Take the end back"),
            _of(kind, undoing.undo_end),
            ReasonForm,
            submit=_("It holds on"),
            text=_("It holds on as if it had never ended. Who voted for the dwelling votes for it again."),
            done=_("Taken back: it holds on."),
            tone="quiet",
            home=_dwelling,
            template="register/relation.html",
            effect=Effect.REPLACES,
            way_back=WayBack("end"),
            until=undoing.ended_for_good_at,
            ready=lambda relation, user: undoing.was_ended_at_desk(relation),
        ),
    }


def _withdraw(kind: str) -> Action:
    return Action(
        _("Take the request back"),
        _of(kind, joining.withdraw),
        text=_("The committee does not answer it any more. You can ask again at any time."),
        done=_("Your request is taken back."),
        home=_me,
        template="register/relation.html",
        effect=Effect.ENDS,
        way_back=_("You can ask again at any time."),
    )


VOTER = Action(
    _("Votes for the dwelling"),
    joining.name_voter,
    VoterForm,
    done=_("Noted: this owner votes for the dwelling."),
    home=_dwelling,
    template="register/relation.html",
    ready=lambda title, user: not title.is_voter,
    effect=Effect.REPLACES,
    text=_(
        "This owner votes for the dwelling from now on, and the other owners no longer do. Rolls that "
        "are frozen stay as they are."
    ),
    way_back=WayBack("name_voter"),
)
LEAVE = Action(
    _("I have moved out"),
    joining.leave,
    text=_(
        "From today you no longer take part as somebody who lives here. Only a new code or request brings you back."
    ),
    done=_("You have moved out here, from today."),
    home=_me,
    template="register/relation.html",
    shows=_leaving,
    effect=Effect.ENDS,
    way_back=_("Asked for by mistake? Tell the committee: it can verify you again."),
)
DWELLING = {
    "correct": Action(
        _("Correct"),
        dwellings.correct,
        CorrectForm,
        text=_("What was wrong stays visible below the dwelling, with your reason."),
        submit=_("Save the correction"),
        done=_("Corrected."),
        home=_home,
        template="register/dwelling_act.html",
        shows=_rolls,
        effect=Effect.REPLACES,
        way_back=WayBack("correct"),
    ),
    "retire": Action(
        _("Retire"),
        dwellings.retire,
        RetireForm,
        submit=_("Retire the dwelling"),
        done=_("Retired. It can be brought back at any time."),
        tone="danger",
        home=_home,
        template="register/dwelling_act.html",
        shows=_ends,
        text=_("Homes and titles in it end on that day."),
        effect=Effect.ENDS,
        way_back=WayBack("bring_back"),
    ),
    "bring_back": Action(
        _("Bring back"),
        dwellings.bring_back,
        ReasonForm,
        text=_("Titles and homes that ended with it hold again."),
        done=_("The dwelling is in the register again."),
        home=_home,
        template="register/dwelling_act.html",
        effect=Effect.REPLACES,
        way_back=WayBack("retire"),
    ),
}
IMPORT = {
    "confirm": Action(
        _("Confirm"),
        imports.confirm,
        SecondForm,
        text=_("You are the second person: please look at what would change before you confirm it."),
        submit=_("Confirm and bring it in"),
        done=_("Brought in."),
        main=True,
        template="register/import_confirm.html",
        ready=lambda kept, user: kept.by_id != user.pk,
        effect=Effect.REPLACES,
        way_back=WayBack("take_back"),
    ),
    "turn_down": Action(
        _("Turn down"),
        imports.turn_down,
        ReasonForm,
        text=_("Nothing is changed. Whoever handed the roster in reads your reason."),
        done=_("Turned down. Nothing was changed."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("The roster can be handed in again."),
    ),
    "take_back": Action(
        _("Take back"),
        taking_back.take_back,
        text=_("Everything this import wrote is put back as it was before."),
        submit=_("Take the import back"),
        done=_("Taken back."),
        tone="danger",
        template="register/import_back.html",
        shows=lambda kept, user: {"plan": taking_back.plan(kept)},
        ready=lambda kept, user: kept.can_go_back,
        effect=Effect.REPLACES,
        way_back=_("Afterwards the roster can be handed in again."),
        until=lambda kept: kept.back_until,
    ),
}
# What the desk does, and what people do with their own.
AT_DESK = {
    "residency": _at_desk("residency") | _undoing("residency"),
    "ownership": {"name_voter": VOTER} | _at_desk("ownership") | _undoing("ownership"),
}
OWN = {
    "residency": {"withdraw": _withdraw("residency"), "leave": LEAVE},
    "ownership": {"withdraw": _withdraw("ownership")},
}


def _posts(held: Appointment, user: User) -> Home:
    """The list of posts, or the own page for who may not read that."""
    if DESK.may(user, "see_posts", held.neighbourhood):
        return Home(_("Who holds which post"), held.get_absolute_url())
    return Home(_("My page"), reverse("register:me"))


APPOINTMENT = {
    "dismiss": Action(
        _("End today"),
        posts.dismiss,
        DismissForm,
        text=_("What the post allows ends at once. What was done in it stays done."),
        done=_("The post has ended."),
        tone="danger",
        template="register/appointment.html",
        shows=_leaving,
        home=_posts,
        effect=Effect.ENDS,
        way_back=WayBack("reinstate"),
    ),
    "name_deputy": Action(
        _("Name a deputy for a leave"),
        posts.name_deputy,
        DeputyForm,
        submit=_("Name the deputy"),
        text=_(
            "On these days the deputy holds the post too: its promises and news reach both. It ends by itself "
            "after the last day."
        ),
        done=_("The deputy is named, and told."),
        tone="quiet",
        ready=lambda held, user: held.deputy_for_id is None,
        template="register/appointment.html",
        home=_posts,
        effect=Effect.PUBLISHES,
        way_back=WayBack("dismiss"),
    ),
    "reinstate": Action(
        _("Give the post back"),
        undoing.reinstate,
        text=_(
            "For a post that was ended by mistake. What it allows is allowed again at once, for the "
            "days it had; what was "
            "handed over meanwhile stays with whoever has it now."
        ),
        done=_("The post is held again."),
        tone="quiet",
        template="register/appointment.html",
        effect=Effect.REPLACES,
        way_back=WayBack("dismiss"),
        until=undoing.post_ended_for_good_at,
        ready=lambda held, user: held.dismissed_at is not None,
    ),
}


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
