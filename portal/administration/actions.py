"""What can be done to places, and to rules of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.actions.waiting import until
from portal.administration.forms import (
    AddForm,
    BackForm,
    EndRuleForm,
    MoveForm,
    OwnRuleForm,
    RenameForm,
    RetireForm,
)
from portal.administration.permissions import WITH_RULES, place_of
from portal.administration.services import in_the_way, moving, places, rules
from portal.administration.services.in_the_way import retiring
from portal.community.models import Appointment, Area, Dwelling, Kind, RuleSet, User
from portal.community.places import inside

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WHAT_IS_ADDED = {
    Kind.NEIGHBOURHOOD: _("It gets its page and its public record, and can be chosen at once."),
    Kind.ESTATE: _("Buildings can be added in it at once."),
    Kind.BUILDING: _("The roster, and whoever registers at the counter, can put dwellings in it at once."),
}


def _added(area: Area, user: User) -> dict[str, Any]:
    """What follows, of the kind of place that is added here."""
    return {"text": next((WHAT_IS_ADDED.get(kind, "") for kind in places.PARTS[area.kind]), "")}


def _said_of(made: list[Area]) -> StrOrPromise:
    if not made[0].is_neighbourhood:
        return _("Added.")
    return _("Added. Next, on this page: add its estates, give its director the post, say how it is reached.")


def _to_the_new(area: Area, made: list[Area]) -> str:
    """One neighbourhood is gone on with on its own page; of all else more are added."""
    return (made[0] if made[0].is_neighbourhood else area).get_absolute_url()


def _gone(area: Area, user: User) -> dict[str, Any]:
    """What stands in the way, and what would go along."""
    parts = inside(area, Kind.ESTATE, Kind.BUILDING).exclude(pk=area.pk).count()
    return {"obstacles": retiring(area), "parts": parts}


def _along(area: Area, user: User) -> dict[str, Any]:
    """What would go along."""
    within = {"area__path__startswith": area.path}
    return {
        "goes": {
            "parts": inside(area, *Kind).exclude(pk=area.pk).count(),
            "dwellings": Dwelling.objects.in_use().filter(building__path__startswith=area.path).count(),
            "posts": Appointment.objects.standing().filter(**within).count(),
        }
    }


def _rules(rule: RuleSet, user: User) -> Home:
    area = place_of(rule)
    return Home(area.name, reverse("administration:rules", args=[area.pk]))


PLACES = {
    "add": Action(
        _("Add places in it"),
        places.add,
        AddForm,
        text=_("They can be chosen at once wherever places are."),
        done=_said_of,
        shows=_added,
        then=_to_the_new,
        ready=lambda area, user: bool(places.PARTS[area.kind]),
        effect=Effect.PUBLISHES,
        way_back=_("What was added by mistake is renamed, moved or retired on its own page."),
    ),
    "rename": Action(
        _("Rename"),
        places.rename,
        RenameForm,
        text=_(
            "Everybody reads the new name at once, also on the page of a neighbourhood. Rolls, ballots and records "
            "keep the name they were made with; the address of the page stays."
        ),
        done=_("Renamed."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("rename"),
    ),
    "move": Action(
        _("Move elsewhere"),
        moving.move,
        MoveForm,
        text=_(
            "Dwellings, titles, homes, letters and posts go along. Rolls that were drawn stay as they are. In another "
            "neighbourhood those who live or own here are told, and its committee keeps their register from now on."
        ),
        submit=_("Move it"),
        done=_("Moved."),
        tone="quiet",
        template="administration/act.html",
        shows=_along,
        ready=lambda area, user: area.kind in moving.INTO,
        effect=Effect.REPLACES,
        way_back=WayBack("move"),
    ),
    "retire": Action(
        _("Retire"),
        places.retire,
        RetireForm,
        text=_(
            "There is no such place from that day on: it can be chosen nowhere. What happened there stays readable. "
            "Estates and buildings in it go with it."
        ),
        submit=_("Retire it"),
        waits=until(lambda area: in_the_way.refuse(in_the_way.retiring(area))),
        done=_("Retired. It can be brought back at any time."),
        tone="danger",
        template="administration/act.html",
        shows=_gone,
        ready=lambda area, user: area.kind != Kind.DISTRICT,
        effect=Effect.ENDS,
        way_back=WayBack("bring_back"),
    ),
    "bring_back": Action(
        _("Bring back"),
        places.bring_back,
        BackForm,
        text=_("It can be chosen again, and so can the parts that went with it."),
        done=_("The place is there again."),
        effect=Effect.REPLACES,
        way_back=WayBack("retire"),
    ),
    "set_rule": Action(
        _("Set a rule of its own"),
        rules.set_own,
        OwnRuleForm,
        text=_(
            "It holds here in the place of the one that ships, and stands with its source and reason on the page of "
            "rules that everybody reads."
        ),
        submit=_("Let it hold"),
        done=_("Set. It holds from its first day."),
        tone="quiet",
        template="administration/own_rule.html",
        from_address=("key",),
        ready=lambda area, user: area.kind in WITH_RULES,
        then=lambda area, made: reverse("administration:rules", args=[area.pk]),
        effect=Effect.REPLACES,
        way_back=_("It is ended under “Rules in force”; then what held before holds again."),
    ),
}
OWN_RULES = {
    "end": Action(
        _("End this rule"),
        rules.end,
        EndRuleForm,
        text=_(
            "What held before holds again from that day. What was called or promised keeps the rule of its day."
        ),
        submit=_("End it"),
        done=_("Its end is set."),
        tone="danger",
        home=_rules,
        effect=Effect.ENDS,
        way_back=WayBack("hold_on"),
    ),
    "hold_on": Action(
        _("Let it hold on"),
        rules.hold_on,
        text=_("Its end is taken back: it holds until further notice."),
        done=_("It holds on."),
        tone="quiet",
        home=_rules,
        effect=Effect.REPLACES,
        way_back=WayBack("end"),
        until=rules.open_until,
    ),
}
