"""What can be done in the course of a survey: buttons, pages, forms, and what is said afterwards."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.actions.waiting import until
from portal.community.models import Area, User
from portal.surveys.course import forms, services
from portal.surveys.course.services.asking import reminded, to_remind
from portal.surveys.models import Reach, Response, Survey, Wave
from portal.surveys.states import SurveyState


def _list_of(area: Area, user: User) -> Home:
    return Home(_("Surveys"), reverse("surveys:surveys", args=[area.slug]))


def _waves_of(area: Area, user: User) -> Home:
    return Home(_("Waves of surveys"), reverse("surveys:waves", args=[area.slug]))


def _to_builder(area: Area, survey: Survey) -> str:
    return survey.get_absolute_url()


def _to_made(thing: Any, made: Any) -> str:
    address: str = made.get_absolute_url()
    return address


def _to_odd(response: Response, result: Any) -> str:
    return reverse("surveys:odd", args=[response.survey_id])


def _odd_home(response: Response, user: User) -> Home:
    return Home(response.survey.title, reverse("surveys:odd", args=[response.survey_id]))


def _to_odd_of(survey: Survey, result: Any) -> str:
    return reverse("surveys:odd", args=[survey.pk])


def _anybody_to_remind(survey: Survey, user: User) -> bool:
    return to_remind(survey).exists()


def _asks_all(survey: Survey, user: User) -> bool:
    return survey.reach == Reach.ALL


def _is_checked(response: Response, user: User) -> bool:
    return response.survey.state == SurveyState.CLOSED


def _can_join(wave: Wave, user: User) -> bool:
    return bool(forms.joinable(user, wave))


def _found(count: int) -> str:
    return ngettext(
        "%(n)s answer looks odd. Please look at it.", "%(n)s answers look odd. Please look at each.", count
    ) % {"n": count}


def _added(count: int) -> str:
    return ngettext("%(n)s more is asked.", "%(n)s more are asked.", count) % {"n": count}


PLACE_ACTIONS: dict[str, Action] = {
    "call": Action(
        _("Prepare a survey"),
        services.call,
        forms.CallForm,
        text=_("It is a draft that only the committee sees, until it is opened."),
        submit=_("Begin the draft"),
        done=_("The draft is made. Settle whom it asks and when, and look at the questions."),
        main=True,
        then=_to_builder,
        home=_list_of,
        effect=None,
    ),
    "call_wave": Action(
        _("Call a wave"),
        services.call_wave,
        forms.WaveForm,
        text=_(
            "The committees of all neighbourhoods of the area are told, and can join with these questions."
        ),
        done=_("The wave is called."),
        tells=True,
        then=_to_made,
        home=_waves_of,
        effect=Effect.PUBLISHES,
        way_back=_("It can be closed at any time. Surveys that were joined go on."),
    ),
}
ACTIONS: dict[str, Action] = {
    "settings": Action(
        _("Settle whom it asks and when"),
        services.settings,
        forms.SettingsForm,
        submit=_("Save"),
        done=_("Saved."),
        main=True,
        effect=None,
    ),
    "approve": Action(
        _("Approve it"),
        services.approve,
        text=_(
            "Purpose and privacy notice are fixed, and whoever prepared it is told. Then it can be opened."
        ),
        done=_("Approved."),
        main=True,
        waits=until(services.require_whole),
        effect=Effect.ENDS,
        way_back=WayBack("redraft"),
    ),
    "pilot": Action(
        _("It was tried out"),
        services.pilot,
        forms.PilotForm,
        text=_("Answer it yourselves in the preview first: nothing of that is kept or counted."),
        submit=_("Note it"),
        done=_("Noted."),
        effect=None,
    ),
    "open": Action(
        _("Open the survey"),
        services.open_survey,
        waits=until(services.require_times),
        text=_(
            "The questions stand from then on, those who are asked are fixed, and they are told. Everybody can read "
            "that the survey goes on."
        ),
        done=_("The survey is open."),
        tells=True,
        main=True,
        effect=Effect.PUBLISHES,
        way_back=_("It can be paused, closed early or called off with a reason. Its questions stand."),
    ),
    "redraft": Action(
        _("Write it again"),
        services.redraft,
        forms.ReasonForm,
        waits=until(services.require_own),
        text=_("It has to be approved again afterwards."),
        done=_("It is a draft again."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("approve"),
    ),
    "remind": Action(
        _("Remind those who have not answered"),
        services.remind,
        text=_("Only the mark “handed in” is asked. Each is reminded a few times at most."),
        submit=_("Send the reminder"),
        done=reminded,
        ready=_anybody_to_remind,
        not_ready=_(
            "Nobody can be reminded now: all were, often enough or only some days ago, or have no account."
        ),
        effect=Effect.PUBLISHES,
        way_back=_("A notice that was sent cannot be called back."),
    ),
    "add": Action(
        _("Ask those, too, who moved in since"),
        services.add,
        text=_("Flats and people that were registered since the opening. The periodic work does the same."),
        done=_added,
        tone="quiet",
        ready=_asks_all,
        not_ready=_("A sample was drawn: nobody is added to it."),
        effect=Effect.COUNTS,
        way_back=_("Who was added stays. A flat in which nobody lives is noted as empty."),
    ),
    "extend": Action(
        _("Give more time"),
        services.extend,
        forms.UntilForm,
        text=_("Everybody can read why. Those who have not answered are told."),
        done=_("There is more time now."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=_("Time that was given is not taken away. It can be closed early with a reason."),
    ),
    "pause": Action(
        _("Pause it"),
        services.pause,
        forms.ReasonForm,
        text=_("Nobody can answer meanwhile. What was begun is kept. Its last day stays."),
        done=_("Paused."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=WayBack("resume"),
    ),
    "resume": Action(
        _("Go on with it"),
        services.resume,
        text=_("It can be answered again until its last day."),
        done=_("It goes on."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("pause"),
    ),
    "close": Action(
        _("Close it early"),
        services.close,
        forms.ReasonForm,
        text=_(
            "Nobody answers online any more. What came on paper can be entered until it was looked through."
        ),
        done=_("Closed."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("reopen"),
    ),
    "look": Action(
        _("Look for odd answers"),
        services.look,
        text=_(
            "Far too quick, the same mark everywhere, word for word the same. Nothing is taken out by looking."
        ),
        done=_found,
        main=True,
        then=_to_odd_of,
        effect=None,
    ),
    "clean": Action(
        _("The answers were looked through"),
        services.clean,
        text=_("What counts now is what is published. What was begun and never handed in is deleted."),
        done=_("Looked through. Now it can be counted."),
        waits=until(services.require_looked_through),
        effect=Effect.COUNTS,
        way_back=WayBack("check_again"),
    ),
    "reopen": Action(
        _("Open it again"),
        services.reopen,
        forms.UntilForm,
        text=_("Everybody can read why. Those who have not answered are told."),
        done=_("It is open again."),
        tone="quiet",
        until=services.reopen_until,
        effect=Effect.PUBLISHES,
        way_back=WayBack("close"),
    ),
    "check_again": Action(
        _("Look through the answers again"),
        services.check_again,
        forms.ReasonForm,
        text=_("Everybody can read why. What was begun and deleted stays deleted."),
        done=_("The answers are being looked through again."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("clean"),
    ),
    "analyse": Action(
        _("Count it"),
        services.analyse,
        text=_(
            "The sums are made from what was looked through. Only the committee sees them until they are published."
        ),
        done=_("Counted. Now it can be published."),
        main=True,
        effect=Effect.COUNTS,
        way_back=WayBack("count_again"),
    ),
    "count_again": Action(
        _("Count it anew"),
        services.count_again,
        forms.ReasonForm,
        text=_("What was counted is laid aside. Everybody can read why."),
        done=_("It can be counted anew."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("analyse"),
    ),
    "archive": Action(
        _("Put it into the archive"),
        services.archive,
        text=_("Nothing is owed of it any more. Everything stays to be read, and nothing can be changed."),
        done=_("It is in the archive."),
        tone="quiet",
        waits=until(services.require_answered),
        effect=Effect.ENDS,
        way_back=_("An archived survey stays as it is. The next wave can be copied from it."),
    ),
    "cancel": Action(
        _("Call the survey off"),
        services.cancel,
        forms.ReasonForm,
        text=_(
            "All that was answered, begun or entered from paper is deleted: its purpose is gone. Those who were asked "
            "are told your reason."
        ),
        done=_("Called off. What had been answered was deleted."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("What was deleted is not to be had again. Prepare a new survey instead."),
    ),
}
ODD_ACTIONS: dict[str, Action] = {
    "remove": Action(
        _("Leave it out of the count"),
        services.remove,
        forms.RemoveForm,
        text=_("Everybody can read how many were left out and why, and never which. It is kept."),
        done=_("Left out."),
        tone="danger",
        ready=_is_checked,
        not_ready=_("The answers of this survey are not being looked through now."),
        then=_to_odd,
        home=_odd_home,
        effect=Effect.COUNTS,
        way_back=WayBack("put_back"),
    ),
    "put_back": Action(
        _("Count it again"),
        services.put_back,
        forms.ReasonForm,
        text=_("It counts like all others. Everybody can read why."),
        done=_("It counts again."),
        ready=_is_checked,
        not_ready=_("The answers of this survey are not being looked through now."),
        then=_to_odd,
        home=_odd_home,
        effect=Effect.COUNTS,
        way_back=WayBack("remove"),
    ),
}
WAVE_ACTIONS: dict[str, Action] = {
    "join": Action(
        _("Take part"),
        services.join,
        forms.JoinForm,
        text=_(
            "You get a draft with the common questions. These stand; you can add your own. The officer is told."
        ),
        submit=_("Join the wave"),
        done=_("You have joined. Look at the draft, and add your own questions."),
        main=True,
        ready=_can_join,
        not_ready=_("Your neighbourhood has joined already."),
        then=_to_made,
        effect=Effect.PUBLISHES,
        way_back=_("The draft can be called off with a reason, as long as it is a draft."),
    ),
    "end": Action(
        _("Close the wave"),
        services.end_wave,
        text=_("No neighbourhood joins any more. Surveys that were joined go on. The committees are told."),
        done=_("The wave is closed."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("resume"),
    ),
    "resume": Action(
        _("Open the wave again"),
        services.resume_wave,
        text=_("Neighbourhoods can join again. The committees are told."),
        done=_("The wave is open again."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("end"),
    ),
}
