"""What can be done to a fund, a source, a line and a round: buttons, pages, forms, and what is said afterwards."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.actions.waiting import until
from portal.community.models import Area, User
from portal.funds.calls import forms, row_forms, selectors, services
from portal.funds.calls.permissions import STAND
from portal.funds.models import Call, Source
from portal.funds.states import FundState
from portal.ledger.models import Entry

_BY_ROWS = "funds/calls/rows.html"
_AGAIN = _(
    "It can be written again as long as nobody has handed in. Once a round is open, everybody reads the reason."
)


def _list_of(area: Area, user: User) -> Home:
    return Home(_("Funds"), reverse("funds:funds", args=[area.slug]))


def _fund_of(source: Source, user: User) -> Home:
    return Home(source.fund.title, source.fund.get_absolute_url())


def _line_home(line: Entry, user: User) -> Home:
    return Home(line.text, line_url(line))


def line_url(line: Entry) -> str:
    """The page of a line."""
    return reverse("funds:line", args=[line.pk])


def _to_made(thing: Any, made: Any) -> str:
    address: str = made.get_absolute_url()
    return address


def _to_line(thing: Any, made: Entry) -> str:
    return line_url(made)


def _gives(source: Source, user: User) -> bool:
    return source.ended_at is None and source.fund.state is FundState.OPEN


def _fund_is_open(source: Source, user: User) -> bool:
    return source.fund.state is FundState.OPEN


def _was_ended(source: Source, user: User) -> bool:
    return source.ended_at is not None and source.fund.state is FundState.OPEN


def _stands(line: Entry, user: User) -> bool:
    return not hasattr(line, "reversed_by")


def _thawed(call: Call, user: User) -> bool:
    return call.frozen_at is None


def _all_ended(call: Call, user: User) -> bool:
    return not selectors.open_grants(call).exists()


def _fund_of_call_is_open(call: Call, user: User) -> bool:
    return call.fund.state is FundState.OPEN


PLACE_ACTIONS: dict[str, Action] = {
    "open_fund": Action(
        _("Open a fund"),
        services.open_fund,
        forms.FundForm,
        text=_("It begins with empty books that everybody can read. Sources of money are named next."),
        done=_("The fund is open. Now say where its money comes from."),
        main=True,
        then=_to_made,
        home=_list_of,
        effect=Effect.PUBLISHES,
        way_back=_("It can be wound up again. Its books stay to be read."),
    ),
}
FUND_ACTIONS: dict[str, Action] = {
    "add_source": Action(
        _("Name a source of money"),
        services.add_source,
        forms.SourceForm,
        text=_("Money of each source is kept apart, so that its mark and its purpose can be held."),
        done=_("The source is named. Money that came in is written under it."),
        effect=None,
    ),
    "write_call": Action(
        _("Write a round"),
        services.write_call,
        forms.CallForm,
        text=_(
            "It begins as a draft with criteria, instalments and kinds of cost as they are usual. "
            "You can change all of it."
        ),
        submit=_("Begin the draft"),
        done=_("The draft is made. Look through its rules, then the director opens it."),
        main=True,
        then=_to_made,
        effect=None,
    ),
    "edit_fund": Action(
        _("Change name or purpose"),
        services.edit_fund,
        forms.EditFundForm,
        text=_("Everybody can read why. The books stay as they are."),
        done=_("Changed."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=_("It can be changed again, with a reason."),
    ),
    "wind_up": Action(
        _("Wind the fund up"),
        services.wind_up,
        forms.ReasonForm,
        text=_(
            "It takes no money and gives none any more. Its books stay to be read. What is left at hand is said."
        ),
        done=_("The fund is wound up."),
        tone="danger",
        waits=until(services.require_settled),
        effect=Effect.ENDS,
        way_back=WayBack("reopen"),
    ),
    "reopen": Action(
        _("Open the fund again"),
        services.reopen,
        forms.ReasonForm,
        text=_("It can take money and give it again. Everybody can read why."),
        done=_("The fund is open again."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("wind_up"),
    ),
}
SOURCE_ACTIONS: dict[str, Action] = {
    "receive": Action(
        _("Write money that came in"),
        services.receive,
        forms.PapersForm,
        text=_("Written when it has arrived, with the paper that shows it. Everybody can read the line."),
        submit=_("Write the line"),
        done=_("Written into the book."),
        home=_fund_of,
        ready=_gives,
        not_ready=_("This source was ended, or its fund is wound up."),
        effect=Effect.COUNTS,
        way_back=_("A wrong line is put right by another one, and both stay."),
    ),
    "spend": Action(
        _("Write the fund's own costs"),
        services.spend,
        forms.PapersForm,
        text=_(
            "What the fund itself cost, such as the fee of its bank, or what went back to whoever gave it. "
            "What projects get is paid on their pages."
        ),
        submit=_("Write the line"),
        done=_("Written into the book."),
        home=_fund_of,
        tone="quiet",
        ready=_fund_is_open,
        not_ready=_("This fund is wound up."),
        effect=Effect.COUNTS,
        way_back=_("A wrong line is put right by another one, and both stay."),
    ),
    "edit_source": Action(
        _("Put the source right"),
        services.edit_source,
        forms.EditSourceForm,
        text=_(
            "Agreements that were signed keep the mark they were made with. Everybody can read why it changes."
        ),
        done=_("Changed."),
        home=_fund_of,
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=_("It can be changed again, with a reason."),
    ),
    "end_source": Action(
        _("End the source"),
        services.end_source,
        forms.ReasonForm,
        text=_("No more money is written under it. What it holds is given as before."),
        done=_("The source is ended."),
        home=_fund_of,
        tone="quiet",
        ready=_gives,
        not_ready=_("This source was ended, or its fund is wound up."),
        effect=Effect.ENDS,
        way_back=WayBack("resume_source"),
    ),
    "resume_source": Action(
        _("Take money of this source again"),
        services.resume_source,
        text=_("Money that comes in can be written under it again."),
        done=_("It takes money again."),
        home=_fund_of,
        tone="quiet",
        ready=_was_ended,
        not_ready=_("This source was not ended."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("end_source"),
    ),
}
LINE_ACTIONS: dict[str, Action] = {
    "correct": Action(
        _("Put the line right"),
        services.correct,
        forms.CorrectForm,
        text=_(
            "The line is written anew as it should have been, and the wrong one is taken back. Both stay to be read."
        ),
        done=_("Put right. The wrong line stands beside it, taken back."),
        home=_line_home,
        then=_to_line,
        ready=_stands,
        not_ready=_("This line was taken back already."),
        effect=Effect.REPLACES,
        way_back=_("The new line can be put right in the same way."),
    ),
    "reverse": Action(
        _("Take the line back"),
        services.reverse,
        forms.ReasonForm,
        text=_("A second line with the opposite amount is written. Both stay to be read."),
        done=_("Taken back."),
        home=_line_home,
        tone="danger",
        ready=_stands,
        not_ready=_("This line was taken back already."),
        effect=Effect.COUNTS,
        way_back=_("A line that was taken back is written anew."),
    ),
}
CALL_ACTIONS: dict[str, Action] = {
    "open_call": Action(
        _("Open the round"),
        services.open_call,
        text=_(
            "Everybody who lives here is told, and can hand in as soon as its window begins. The pot is promised."
        ),
        done=_("The round is open."),
        tells=True,
        main=True,
        waits=until(services.require_ready),
        effect=Effect.PUBLISHES,
        way_back=_(
            "It can be called off with a reason, and its rules put right until the first application."
        ),
    ),
    "edit": Action(
        _("Window, pot, and who may apply"),
        services.edit_call,
        forms.EditCallForm,
        text=_("What everybody relies on who applies. Amounts in yuan."),
        submit=_("Save"),
        done=_("Saved."),
        ready=_thawed,
        not_ready=STAND,
        effect=Effect.REPLACES,
        way_back=_AGAIN,
    ),
    "weigh": Action(
        _("Criteria and weights"),
        services.weigh,
        row_forms.WeighForm,
        text=_("By these reviewers score. The weights are 100 % together. A row whose name is emptied goes."),
        submit=_("Save"),
        done=_("Saved."),
        ready=_thawed,
        not_ready=STAND,
        template=_BY_ROWS,
        effect=Effect.REPLACES,
        way_back=_AGAIN,
    ),
    "plan": Action(
        _("Plan of instalments"),
        services.plan,
        row_forms.PlanForm,
        text=_(
            "In these parts money is paid. They are 100 % together. A row whose percentage is emptied goes."
        ),
        submit=_("Save"),
        done=_("Saved."),
        ready=_thawed,
        not_ready=STAND,
        template=_BY_ROWS,
        effect=Effect.REPLACES,
        way_back=_AGAIN,
    ),
    "sort_costs": Action(
        _("What is paid, and what not"),
        services.sort_costs,
        row_forms.CostsForm,
        text=_("Each line of a budget belongs to one of these. A row whose name is emptied goes."),
        submit=_("Save"),
        done=_("Saved."),
        ready=_thawed,
        not_ready=STAND,
        template=_BY_ROWS,
        effect=Effect.REPLACES,
        way_back=_AGAIN,
    ),
    "choose_rules": Action(
        _("How it is decided"),
        services.choose_rules,
        forms.RulesForm,
        text=_("Chosen before anybody hands in, and the same for all."),
        submit=_("Save"),
        done=_("Saved."),
        ready=_thawed,
        not_ready=STAND,
        effect=Effect.REPLACES,
        way_back=_AGAIN,
    ),
    "copy": Action(
        _("Write the next round like this one"),
        services.copy_call,
        forms.CopyForm,
        text=_(
            "A draft with the same pot, rules, criteria, instalments and kinds of cost. Its window is still to be set."
        ),
        submit=_("Begin the draft"),
        done=_("The draft is made. Set its window."),
        tone="quiet",
        ready=_fund_of_call_is_open,
        not_ready=_("This fund is wound up."),
        then=_to_made,
        effect=None,
    ),
    "close_call": Action(
        _("Close the books of the round"),
        services.close_call,
        text=_(
            "Every project of it is at its end. What was not spent stays in the fund. Everything stays to be read."
        ),
        done=_("The books of the round are closed."),
        main=True,
        ready=_all_ended,
        not_ready=_("A project of this round is not at its end yet."),
        effect=Effect.ENDS,
        way_back=_(
            "Closed books stay closed. What comes to light later is a new line in the book of the fund."
        ),
    ),
    "cancel_call": Action(
        _("Call the round off"),
        services.cancel_call,
        forms.ReasonForm,
        text=_(
            "Applications are withdrawn with it and stay to be read. All who applied or review it are told your "
            "reason, and everybody can read it."
        ),
        done=_("Called off."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_(
            "There is none: whoever applied was told that it is over. The next round can be written like this one."
        ),
    ),
}
