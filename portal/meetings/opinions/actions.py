"""What can be done to an opinion map and its statements: the words, the service, the form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.meetings.models.opinions import Reaction, Statement
from portal.meetings.opinions import services
from portal.meetings.opinions.forms import PutForm, ReactForm, TakeDownForm

ROUTE, STATEMENT_ROUTE = "meetings:opinion_map_act", "meetings:statement_act"


def _next_one(statement: Statement, reaction: Reaction) -> str:
    return f"{statement.map.get_absolute_url()}#next"


def _in_the_list(statement: Statement, reaction: Reaction) -> str:
    return statement.get_absolute_url()


def _home(statement: Statement, user: Any) -> Home:
    return Home(f"{statement.number}. {statement.text}", statement.get_absolute_url())


MAP_ACTIONS: dict[str, Action] = {
    "put": Action(
        _("Put a statement"),
        services.put,
        PutForm,
        text=_("Everybody here can read it and say whether they agree. It stands without your name."),
        done=_("Your statement is there. Others can react to it now."),
        submit=_("Put it to the others"),
        then=lambda map_, statement: statement.get_absolute_url(),
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back: others react to it at once. The committee can take it down."),
    ),
    "screen": Action(
        _("The new statements stay"),
        services.screen,
        submit=_("Looked at; they stay"),
        text=_("You have read the new statements. Take down first what does not belong here."),
        done=_("The new statements were looked at."),
        ready=lambda map_, user: map_.statements.unscreened().exists(),
        effect=None,
    ),
}
STATEMENT_ACTIONS: dict[str, Action] = {
    "react": Action(
        _("Say what you think"),
        services.react,
        ReactForm,
        then=_next_one,
        home=_home,
        direct=True,
        effect=None,
    ),
    "react_listed": Action(
        _("Say what you think"),
        services.react,
        ReactForm,
        then=_in_the_list,
        home=_home,
        direct=True,
        effect=None,
    ),
    "take_down": Action(
        _("Take the statement down"),
        services.take_down,
        TakeDownForm,
        text=_(
            "A stub with the reason stays, reactions no longer count, the public record notes it, the author is told."
        ),
        done=_("The statement is taken down."),
        submit=_("Take it down"),
        tone="danger",
        home=_home,
        effect=Effect.ENDS,
        way_back=WayBack("restore"),
    ),
    "restore": Action(
        _("Show the statement again"),
        services.restore,
        text=_("Everybody can read it again, its reactions count again, and the author is told."),
        done=_("The statement is shown again."),
        home=_home,
        effect=Effect.PUBLISHES,
        way_back=WayBack("take_down"),
    ),
}
