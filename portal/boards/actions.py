"""What can be done on a building board: buttons, pages, forms, and what is said afterwards."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.waiting import until
from portal.boards.doors.actions import CALL_ACTIONS
from portal.boards.forms import (
    CorrectForm,
    DivideForm,
    FaceForm,
    IntroduceForm,
    MessageForm,
    MustReadForm,
    PhotoForm,
    PlanForm,
    PutUpForm,
    ReasonForm,
    SetDayForm,
    SwapForm,
)
from portal.boards.models import BuildingBoardPage, Photo, RotaDay, Swap
from portal.boards.services import boards, notices, photos, rota
from portal.boards.states import PhotoState
from portal.community.models import User
from portal.kit import clock


def _of_board(thing: Any, result: Any) -> str:
    """Back to the board."""
    board: BuildingBoardPage = thing.board
    return board.get_absolute_url()


def _rota_of(thing: Swap, result: Any) -> str:
    return thing.own.get_absolute_url()


def _said_of_photo(photo: Photo) -> Any:
    if photo.state is PhotoState.SHOWN:
        return _("The photo is on the board.")
    return _("Thank you. The building head looks at the photo, and you are told.")


def _has_come(day: RotaDay, user: User) -> bool:
    return day.day <= clock.today() and day.done_at is None


def _is_ahead(day: RotaDay, user: User) -> bool:
    return day.day > clock.today()


BOARD_ACTIONS = {
    "write": Action(
        _("Write a must-read"),
        notices.write,
        MustReadForm,
        text=_(
            "It stands on top of the board until its last day, for everybody to read, and the households are told. "
            "At most five stand there at a time."
        ),
        done=_("It stands on the board."),
        tells=True,
        submit=_("Put it on the board"),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=_("It can be corrected with a trace, or taken down with a reason."),
    ),
    "plan": Action(
        _("Make the rota by the order of flats"),
        rota.plan,
        PlanForm,
        text=_("Days that have a household already stay as they are. The households are told."),
        done=_("The rota stands on the board."),
        submit=_("Make the rota"),
        effect=Effect.PUBLISHES,
        way_back=_("Each day can be given to another household by hand."),
    ),
    "set_day": Action(
        _("Give a day by hand"),
        rota.set_day,
        SetDayForm,
        text=_(
            "Also for a household without a phone. Whoever had the day has it no more, and wishes to swap it lapse."
        ),
        done=_("The day is given."),
        tells=True,
        submit=_("Give the day"),
        effect=Effect.REPLACES,
        way_back=_("The day can be given back by hand."),
    ),
    "put_photo": Action(
        _("Send a photo"),
        photos.put_photo,
        PhotoForm,
        text=_(
            "The building head looks at it first; then everybody can see it. Please ask whoever is to be recognised. "
            "Its position data is removed."
        ),
        done=_said_of_photo,
        submit=_("Send it"),
        effect=Effect.PUBLISHES,
        way_back=_("You and the building head can take it down at any time."),
    ),
    "message": Action(
        _("Leave the head a message"),
        boards.leave_message,
        MessageForm,
        text=_("It stands in the discussion of the building, where everybody can read it and answer."),
        done=_("Your message stands on the board."),
        tells=True,
        submit=_("Leave the message"),
        then=lambda board, result: f"{board.get_absolute_url()}#thread",
        effect=Effect.PUBLISHES,
        way_back=_("What was said stays; the committee can hide it for fixed reasons."),
    ),
    "introduce": Action(
        _("Say when you can be met"),
        boards.introduce,
        IntroduceForm,
        text=_("It stands on top of the board, beside the faces."),
        done=_("The board says so now."),
        submit=_("Save"),
        effect=None,
    ),
    "show_face": Action(
        _("Your photo, and what you look after"),
        boards.show_face,
        FaceForm,
        text=_("Everybody who opens the board sees it. Without a photo your initial stands there."),
        done=_("The board shows it."),
        submit=_("Show it"),
        effect=Effect.PUBLISHES,
        way_back=_("You can take the photo away here at any time."),
    ),
    "divide": Action(
        _("Give some entrances a board of their own"),
        boards.divide,
        DivideForm,
        text=_("Their households have their own must-reads, rota and photos from then on."),
        done=_("They have a board of their own now."),
        then=lambda board, part: part.get_absolute_url(),
        effect=Effect.REPLACES,
        way_back=_("The two cannot be joined again here."),
    ),
    **CALL_ACTIONS,
}
MUST_READ_ACTIONS = {
    "put_up": Action(
        _("It hangs in the lobby too"),
        notices.put_up,
        PutUpForm,
        done=_("The board says so now."),
        submit=_("Save"),
        main=True,
        effect=None,
    ),
    "correct": Action(
        _("Correct it"),
        notices.correct,
        CorrectForm,
        text=_("What it said before stays readable beneath it, and the households are told again."),
        done=_("Corrected."),
        effect=Effect.REPLACES,
        way_back=_("It can be corrected again; every text stays readable."),
    ),
    "end": Action(
        _("Take it down"),
        notices.end,
        ReasonForm,
        text=_("It leaves the board at once. Its text stays readable with your reason."),
        done=_("Taken down."),
        tone="danger",
        then=_of_board,
        effect=Effect.ENDS,
        way_back=_("It can be written anew."),
    ),
}
DAY_ACTIONS = {
    "done": Action(
        _("Done"),
        rota.done,
        text=_("The board then shows that this day's duty is done."),
        done=_("Thank you. The board shows it."),
        submit=_("It is done"),
        ready=_has_come,
        not_ready=_("This day is still to come, or its duty is done already."),
        effect=None,
    ),
    "ask_swap": Action(
        _("Swap with a neighbour"),
        rota.ask_swap,
        SwapForm,
        text=_("The household is told and answers within two days. Until then the day stays yours."),
        done=_("The neighbour is asked, and you are told the answer."),
        submit=_("Ask"),
        ready=_is_ahead,
        not_ready=_("Only days to come can be swapped."),
        waits=until(rota.require_unasked),
        effect=None,
    ),
}
SWAP_ACTIONS = {
    "agree": Action(
        _("Agree to swap"),
        rota.agree,
        text=_("The two days change hands at once, and the neighbour is told."),
        done=_("Agreed: the rota shows the swap."),
        main=True,
        then=_rota_of,
        effect=Effect.REPLACES,
        way_back=_("You can ask the neighbour to swap again."),
    ),
    "refuse": Action(
        _("It does not suit"),
        rota.refuse,
        text=_("The days stay as they are, and the neighbour is told. No reason is asked for."),
        done=_("Your answer is given."),
        tells=True,
        tone="quiet",
        then=_rota_of,
        effect=Effect.ENDS,
        way_back=_("You can ask the neighbour to swap yourself."),
    ),
    "withdraw": Action(
        _("Take the wish back"),
        rota.withdraw,
        text=_("The neighbour need not answer any more."),
        done=_("Taken back. Your day stays yours."),
        tone="quiet",
        then=_rota_of,
        effect=Effect.ENDS,
        way_back=_("You can ask again."),
    ),
}
PHOTO_ACTIONS = {
    "approve": Action(
        _("Show it on the board"),
        photos.approve,
        text=_("Everybody can see it from now on, and whoever sent it is told."),
        done=_("The photo is on the board."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("remove"),
    ),
    "refuse": Action(
        _("Do not take it"),
        photos.refuse,
        ReasonForm,
        text=_("Whoever sent it reads your reason."),
        done=_("It is not shown."),
        tells=True,
        tone="quiet",
        then=_of_board,
        effect=Effect.ENDS,
        way_back=_("The photo can be sent again."),
    ),
    "remove": Action(
        _("Take the photo down"),
        photos.remove,
        ReasonForm,
        text=_("Nobody but those who look after the board can see it any more."),
        done=_("Taken down."),
        tone="danger",
        then=_of_board,
        effect=Effect.ENDS,
        way_back=WayBack("approve"),
    ),
}
