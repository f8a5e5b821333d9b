"""What can be done to an application and its rows, as their pages offer it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home
from portal.community.models import User
from portal.funds.applying import forms, services
from portal.funds.applying.people import full_names
from portal.funds.applying.reading import check_page
from portal.funds.models import Application, BudgetLine, CoApplicant
from portal.kit.wording import yuan

_ONLY_DRAFT = _("It is a draft: everything can be changed until it is handed in.")


def write_url(application: Application, part: str) -> str:
    """The page of a part of the form."""
    return reverse("funds:write", args=[application.pk, part])


def _at(part: str) -> Any:
    """The page of a part, from an application or one of its rows."""

    def home(thing: Any, user: User) -> Home:
        application = thing if isinstance(thing, Application) else thing.application
        return Home(application.title, write_url(application, part))

    return home


def _asked(asked: CoApplicant, user: User) -> Home:
    """The project, or for the desk, which lets somebody sign in a draft that it does not read, its round."""
    application = asked.application
    if Application.objects.visible_to(user).filter(pk=application.pk).exists():
        return Home(application.title, application.get_absolute_url())
    return Home(application.title, application.call.get_absolute_url())


def _signing(asked: CoApplicant, user: User) -> dict[str, Any]:
    """Who signs for what, by the full name: the desk looks at the person, and at the sheet."""
    label = full_names([asked.person], asked.application)[asked.person_id]
    said = gettext("%(who)s, who has no account, signed to apply together for “%(title)s”.")
    return {"text": said % {"who": label, "title": asked.application.title}}


def _added(line: BudgetLine) -> str:
    return gettext("“%(item)s” comes to %(amount)s.") % {"item": line.item, "amount": yuan(line.amount)}


def _handed_in(application: Application) -> str:
    return gettext("Handed in under the number %(number)s.") % {"number": application.number}


def _waits(asked: CoApplicant, user: User) -> bool:
    return asked.agreed_at is None


CALL_ACTIONS: dict[str, Action] = {
    "take_in": Action(
        _("Enter an application from paper"),
        services.take_in,
        forms.TakeInForm,
        text=_(
            "For somebody without a phone. A draft begins in their name; you write down what stands on the sheet, and "
            "hand it in."
        ),
        done=_("The draft has begun. Please write down what stands on the sheet."),
        tone="quiet",
        then=lambda call, made: write_url(made, "who"),
        effect=None,
    ),
}
ACTIONS: dict[str, Action] = {
    "hand_in": Action(
        pgettext_lazy("an application", "Check and hand in"),
        services.hand_in,
        text=_(
            "It gets its number, and the office checks it. Nothing in it can be changed any more, unless the office "
            "gives it back to be completed."
        ),
        submit=pgettext_lazy("an application", "Hand in"),
        done=_handed_in,
        main=True,
        template="funds/applying/check.html",
        shows=check_page,
        effect=Effect.COUNTS,
        way_back=_("It can be withdrawn until it is decided. Its number is not given again."),
    ),
    "ask_neighbour": Action(
        _("Ask a neighbour to apply together"),
        services.ask_neighbour,
        forms.NeighbourForm,
        text=_("They are told, and named only if they say yes themselves."),
        submit=pgettext_lazy("a neighbour", "Ask"),
        done=_("Asked. Their answer stands here as soon as they gave it."),
        home=_at("who"),
        effect=None,
    ),
    "add_activity": Action(
        _("Add what will be done"),
        services.add_activity,
        forms.ActivityForm,
        submit=_("Add"),
        done=_("Added."),
        home=_at("plan"),
        effect=None,
    ),
    "add_line": Action(
        _("Add a line to the budget"),
        services.add_line,
        forms.LineForm,
        text=_("One thing a line. What it comes to is computed."),
        submit=_("Add"),
        done=_added,
        home=_at("budget"),
        effect=None,
    ),
    "withdraw": Action(
        _("Withdraw the application"),
        services.withdraw,
        forms.WithdrawForm,
        text=_("Nobody checks, scores or votes on it any more."),
        done=_("Withdrawn."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("It cannot be taken back. While the round takes applications, a new one can be begun."),
    ),
}
LINE_ACTIONS: dict[str, Action] = {
    "change": Action(
        _("Change this line"),
        services.change_line,
        forms.ChangeLineForm,
        submit=_("Save"),
        done=_added,
        home=_at("budget"),
        effect=None,
    ),
    "remove": Action(
        _("Take this line out"),
        services.remove_line,
        text=_ONLY_DRAFT,
        done=_("It is out of the budget."),
        tone="danger",
        home=_at("budget"),
        effect=None,
    ),
}
ACTIVITY_ACTIONS: dict[str, Action] = {
    "change": Action(
        _("Change what will be done"),
        services.change_activity,
        forms.ChangeActivityForm,
        submit=_("Save"),
        done=_("Saved."),
        home=_at("plan"),
        effect=None,
    ),
    "remove": Action(
        _("Take this out of the plan"),
        services.remove_activity,
        text=_ONLY_DRAFT,
        done=_("It is out of the plan."),
        tone="danger",
        home=_at("plan"),
        effect=None,
    ),
}
JOINING_ACTIONS: dict[str, Action] = {
    "agree": Action(
        _("Apply together"),
        services.agree,
        text=_(
            "You are named with the others who apply and can write in the application. You cannot review or accept it. "
            "If the lead moves away, you lead it."
        ),
        submit=_("Yes, I apply with them"),
        done=_("You apply together now."),
        main=True,
        ready=_waits,
        not_ready=_("You said yes already."),
        home=_asked,
        effect=Effect.COUNTS,
        way_back=_("You can step out on its page until it is handed in."),
    ),
    "decline": Action(
        _("Do not apply together"),
        services.decline,
        text=_("Whoever asked you is told. You are not named."),
        done=_("You are not named."),
        tells=True,
        tone="quiet",
        home=lambda asked, user: Home(asked.application.title, asked.application.call.get_absolute_url()),
        effect=Effect.ENDS,
        way_back=_("You can be asked again until it is handed in."),
    ),
    "sign_paper": Action(
        _("Enter a signature"),
        services.sign_paper,
        forms.SheetForm,
        text=_("For somebody without an account who signed that they apply together."),
        shows=_signing,
        done=_("Entered."),
        tells=True,
        ready=_waits,
        not_ready=_("Their yes is entered already."),
        home=_asked,
        effect=Effect.COUNTS,
        way_back=_("Whoever writes the application can take the name out until it is handed in."),
    ),
    "take_back": Action(
        _("Ask no more"),
        services.take_back,
        text=_("The neighbour is told, and not named."),
        done=_("The neighbour is not asked any more."),
        tells=True,
        tone="quiet",
        home=_at("who"),
        effect=Effect.ENDS,
        way_back=_("The neighbour can be asked again until it is handed in."),
    ),
}
