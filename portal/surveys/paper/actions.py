"""What can be done about the paper of a survey and about one entry, as pages offer it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.community.models import User
from portal.surveys.models import FrameUnit, PaperEntry, Survey
from portal.surveys.paper import forms, moving, papers, services
from portal.surveys.states import PaperState

NEXT = {PaperState.BEGUN: "read", PaperState.ENTERED: "confirm", PaperState.DIFFERS: "compare"}
_ENTERED_ANEW = _("It is put right by taking it out with a reason and entering the paper anew.")


def desk_url(survey: Survey) -> str:
    """The page of a survey's paper."""
    return reverse("surveys:papers", args=[survey.pk])


def step_url(entry: PaperEntry) -> str:
    """Where an entry goes on: its next step, or its own page."""
    step = NEXT.get(entry.state)
    if entry.is_spoken and entry.state is PaperState.ENTERED:
        step = "count"
    return reverse("surveys:paper_entry_act", args=[entry.pk, step]) if step else entry.get_absolute_url()


def _next_paper(_thing: Any, entry: PaperEntry) -> str:
    """After a paper comes the next one: of the same form."""
    if entry.state is PaperState.DIFFERS:
        return step_url(entry)
    url = reverse("surveys:paper_act", args=[entry.survey_id, "enter"])
    return f"{url}?{urlencode({'version': papers.version_of(entry.survey)})}"


def _home(survey: Survey, user: User) -> Home:
    return Home(survey.title, desk_url(survey))


def _entry_home(entry: PaperEntry, user: User) -> Home:
    return Home(_("Paper of “%(title)s”") % {"title": entry.survey.title}, desk_url(entry.survey))


def _is_paper(entry: PaperEntry, user: User) -> bool:
    return not entry.is_spoken


def _is_spoken(entry: PaperEntry, user: User) -> bool:
    return entry.is_spoken


def _not_mine(entry: PaperEntry, user: User) -> bool:
    return _is_paper(entry, user) and entry.first_by_id != user.pk


def _mine_to_compare(entry: PaperEntry, user: User) -> bool:
    return entry.second_by_id == user.pk


def _named(entry: PaperEntry, user: User) -> bool:
    return entry.survey.is_named


def _nameless(entry: PaperEntry, user: User) -> bool:
    return not entry.survey.is_named


def _said_begun(entry: PaperEntry) -> Any:
    return entry.reason if entry.state is PaperState.WITHDRAWN else ""


def _said_read(entry: PaperEntry) -> Any:
    return "" if entry.is_spoken else _("Entered once. Put it on the pile for the second person.")


def _said_counted(entry: PaperEntry) -> Any:
    if entry.state is PaperState.WITHDRAWN:
        return entry.reason
    if entry.state is PaperState.DIFFERS:
        return _("You read it otherwise than the first person. Please compare with the paper.")
    if entry.is_spoken:
        return _("It counts. Its number is %(number)s.") % {"number": entry.number}
    return _("It counts. Write number %(number)s on the paper.") % {"number": entry.number}


def _said_moved(entry: PaperEntry) -> Any:
    return _("The answers count for %(home)s now.") % {"home": entry.unit.called if entry.unit else ""}


def _said_dropped(unit: FrameUnit) -> Any:
    return _("%(home)s can answer again.") % {"home": unit.called}


def _said_marked(unit: FrameUnit) -> Any:
    return _("%(home)s is marked as handed in now; the other one can answer.") % {"home": unit.called}


def _marks_alone(survey: Survey, user: User) -> bool:
    return not survey.is_named


ACTIONS: dict[str, Action] = {
    "enter": Action(
        _("Enter a paper"),
        services.begin,
        forms.WhoseForm,
        text=_(
            "Type the code and press Enter. A paper that somebody else entered opens for its second reading; you do "
            "not see what was read first."
        ),
        submit=_("Take it up"),
        done=_said_begun,
        main=True,
        from_address=("version",),
        then=lambda survey, entry: step_url(entry),
        home=_home,
        effect=None,
    ),
    "take_call": Action(
        _("Take answers by telephone or at the counter"),
        services.take_call,
        forms.CallForm,
        text=_(
            "Find the flat in the list and type its number. Read each question out as it stands; before it counts, "
            "read out what you typed."
        ),
        submit=_("Begin with the questions"),
        tone="quiet",
        then=lambda survey, entry: step_url(entry),
        home=_home,
        effect=None,
    ),
    "move_mark": Action(
        _("Counted for the wrong home: put the mark right"),
        moving.move_mark,
        forms.MoveMarkForm,
        text=_(
            "Without names nobody knows whose answers are whose, so none is touched: the home that was marked by "
            "mistake can answer again, and the right one is marked as handed in. Somebody else than who entered it "
            "does this; that it was done stands in the record. For a right home that is marked already, take the mark "
            "away instead."
        ),
        submit=_("Put the mark right"),
        done=_said_marked,
        tone="quiet",
        ready=_marks_alone,
        not_ready=_("By name the answers themselves are moved, on the page of their entry."),
        then=lambda survey, unit: desk_url(survey),
        home=_home,
        effect=Effect.COUNTS,
        way_back=WayBack("move_mark"),
    ),
    "drop_mark": Action(
        _("Counted for the wrong home, and the right one answered before: take the mark away"),
        moving.drop_mark,
        forms.MoveMarkForm,
        text=_(
            "The paper counted for the wrong home has to be taken out first. Then the home that was marked by mistake "
            "can answer again. Somebody else than who entered it does this; that it was done stands in the record."
        ),
        submit=_("Take the mark away"),
        done=_said_dropped,
        tone="quiet",
        ready=_marks_alone,
        not_ready=_("By name the answers themselves are moved, on the page of their entry."),
        then=lambda survey, unit: desk_url(survey),
        home=_home,
        effect=Effect.COUNTS,
        way_back=_("There is no way back: the home can answer at once, and is marked again when it does."),
    ),
}
ENTRY_ACTIONS: dict[str, Action] = {
    "read": Action(
        _("Enter what it says"),
        services.read,
        forms.ReadingForm,
        template="surveys/paper/read.html",
        submit=_("Done: the last field was this one"),
        done=_said_read,
        then=lambda entry, done: step_url(done) if done.is_spoken else _next_paper(entry, done),
        home=_entry_home,
        effect=None,
    ),
    "confirm": Action(
        _("Read it a second time"),
        services.confirm,
        forms.ReadingForm,
        text=_(
            "You do not see what the first person read. Where both say the same it counts at once; else you are shown "
            "only what differs."
        ),
        template="surveys/paper/read.html",
        submit=_("Done: compare both readings"),
        done=_said_counted,
        ready=_not_mine,
        not_ready=_("You entered this paper yourself: somebody else has to read it a second time."),
        then=_next_paper,
        home=_entry_home,
        effect=Effect.COUNTS,
        way_back=_ENTERED_ANEW,
    ),
    "compare": Action(
        _("Compare both readings"),
        services.compare,
        forms.CompareForm,
        text=_(
            "Look at the paper: what stands there? Only the questions that were read differently are shown."
        ),
        template="surveys/paper/compare.html",
        submit=_("This is what stands on the paper: let it count"),
        done=_said_counted,
        ready=_mine_to_compare,
        not_ready=_("Whoever read it second compares, with the paper in hand."),
        then=_next_paper,
        home=_entry_home,
        effect=Effect.COUNTS,
        way_back=_ENTERED_ANEW,
    ),
    "count": Action(
        _("Read out what was understood"),
        services.count,
        text=_("Please read this out. Only when the person says that it is right, let it count."),
        template="surveys/paper/heard.html",
        shows=lambda entry, user: {"heard": forms.heard(entry)},
        submit=_("It is right: let it count"),
        done=_said_counted,
        ready=_is_spoken,
        not_ready=_("A paper counts once a second person has read it."),
        then=lambda entry, done: desk_url(done.survey),
        home=_entry_home,
        effect=Effect.COUNTS,
        way_back=_("By name it can be put right afterwards; without names only taken out and entered anew."),
    ),
    "reopen": Action(
        _("Something is wrong: back to the questions"),
        services.reopen,
        text=_("What was typed stays. It does not count before it was read out again."),
        tone="quiet",
        ready=_is_spoken,
        then=lambda entry, done: step_url(done),
        home=_entry_home,
        effect=None,
    ),
    "correct": Action(
        _("Put the answers right"),
        services.correct,
        forms.CorrectForm,
        text=_("What you type replaces what counts now, with your reason."),
        template="surveys/paper/read.html",
        submit=_("Let this count instead"),
        done=_("Put right."),
        ready=_named,
        not_ready=_("Without names counted answers are not changed. Take them out and enter them anew."),
        then=lambda entry, done: done.get_absolute_url(),
        home=_entry_home,
        effect=Effect.REPLACES,
        way_back=_("Put them right once more."),
    ),
    "move": Action(
        _("They belong to another home"),
        moving.move,
        forms.MoveForm,
        text=_(
            "The answers count for the home you name, and the one they were counted for can answer again; its people "
            "are told. Who moved them, when and why is kept. Where the home you name has answers of its own, swap them "
            "or leave these out instead."
        ),
        submit=_("Move the answers"),
        done=_said_moved,
        tone="quiet",
        ready=_named,
        not_ready=_("Without names nobody knows whose answers these are. Put the mark of the home right."),
        then=lambda entry, done: done.get_absolute_url(),
        home=_entry_home,
        effect=Effect.REPLACES,
        way_back=WayBack("move"),
    ),
    "swap": Action(
        _("They were mixed up with those of another home"),
        moving.swap,
        forms.MoveForm,
        text=_(
            "The answers of both homes change places, and both go on counting. Only for answers that were entered "
            "here; what a home handed in itself is its own. Who swapped them, when and why is kept."
        ),
        submit=_("Swap the answers"),
        done=_said_moved,
        tone="quiet",
        ready=_named,
        not_ready=_("Without names nobody knows whose answers these are. Put the mark of the home right."),
        then=lambda entry, done: done.get_absolute_url(),
        home=_entry_home,
        effect=Effect.REPLACES,
        way_back=WayBack("swap"),
    ),
    "leave_out": Action(
        _("They are of a home that had answered already"),
        moving.leave_out,
        forms.MoveForm,
        text=_(
            "The first that came of the home you name go on counting, and these are left out. The home they were "
            "counted for can answer again; its people are told. Who left them out, when and why is kept."
        ),
        submit=_("Leave these out"),
        done=_("Left out. The home they were counted for can answer again."),
        tone="danger",
        ready=_named,
        not_ready=_("Without names nobody knows whose answers these are. Put the mark of the home right."),
        then=lambda entry, done: done.get_absolute_url(),
        home=_entry_home,
        effect=Effect.ENDS,
        way_back=_(
            "There is no way back: what was typed is forgotten, and the home they were counted for answers anew. The "
            "paper can be entered again."
        ),
    ),
    "redo": Action(
        _("Take it out and enter it anew"),
        services.redo,
        forms.ReasonForm,
        text=_(
            "Without names nobody knows whose answers these are, so they are not changed where they lie: they are "
            "taken out with your reason, and the paper is entered again by two people. Have it at hand."
        ),
        done=_("Taken out. Please enter the paper now."),
        tone="danger",
        ready=_nameless,
        not_ready=_("By name the answers are put right where they are."),
        then=lambda entry, done: step_url(done),
        home=_entry_home,
        effect=Effect.ENDS,
        way_back=_("What was taken out does not count again. The paper is entered anew."),
    ),
    "withdraw": Action(
        _("Withdraw this entry"),
        services.withdraw,
        forms.ReasonForm,
        text=_("It does not count, and what was typed of it is forgotten. The paper can be entered anew."),
        done=_("Withdrawn."),
        tone="danger",
        then=lambda entry, done: desk_url(done.survey),
        home=_entry_home,
        effect=Effect.ENDS,
        way_back=_("What was typed is gone. The paper can be entered anew."),
    ),
}
