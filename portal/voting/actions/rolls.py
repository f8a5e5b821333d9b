"""What can be done about the roll: objections, corrections, mandates, ballots handed over."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.voting import finding, services
from portal.voting.actions import page
from portal.voting.forms_staff import (
    AddLineForm,
    AnswerForm,
    AreaForm,
    MandateForm,
    ObjectionForm,
    ServeBuildingForm,
    ServeForm,
    StrikeForm,
    VoterForm,
)
from portal.voting.models import RollEntry
from portal.voting.permissions import ROLL_FINAL
from portal.voting.states import BEFORE_END

KEPT = _("Kept, with who did it and when.")


def _added(entry: RollEntry) -> str:
    return gettext("Added to the roll as %(code)s.") % {"code": entry.label}


def _handed(number: int) -> str:
    return gettext("%(number)d ballots were handed over.") % {"number": number}


# What is done to the vote itself; the pages of the roll offer it.
ROLL: dict[str, Action] = {
    "object": Action(
        _("Object to the roll"),
        services.object_to_roll,
        ObjectionForm,
        submit=_("Send the objection"),
        text=_(
            "Somebody is missing, is on it wrongly, or an area is wrong? Only the staff who keep the roll and you "
            "read this; the committee owes you an answer."
        ),
        done=_("Your objection was received. You will be told the answer."),
        then=page("voting:roll_notice"),
        effect=None,
    ),
    "add": Action(
        _("Add to the roll"),
        services.add_line,
        AddLineForm,
        submit=_("Put on the roll"),
        text=_(
            "Only people whom the register ties to the place can be added, with the area the register gives. "
            "Correct the register first where it is wrong."
        ),
        done=_added,
        tone="quiet",
        then=lambda vote, entry: entry.get_absolute_url(),
        from_address=("q",),
        template="voting/roll_find.html",
        effect=Effect.REPLACES,
        way_back=_("A line added by mistake is taken off the roll again."),
    ),
    "serve": Action(
        _("After a door round"),
        services.serve_building,
        ServeBuildingForm,
        submit=_("All of this building got theirs"),
        text=_(
            "Notes at once that everybody of the building who is listed here got a ballot into their own hands. "
            "Somebody was not at home? Then note the others one by one."
        ),
        done=_handed,
        then=page("voting:service"),
        effect=None,
    ),
}
LINE: dict[str, Action] = {
    "serve": Action(
        _("Note a handing over"),
        services.serve,
        ServeForm,
        submit=_("Note it"),
        done=KEPT,
        tone="quiet",
        effect=None,
    ),
    "mandate": Action(
        _("Record a mandate"),
        services.record_mandate,
        MandateForm,
        submit=_("Record it"),
        text=_(
            "Name the person who votes for this line, and add a photo or PDF of the written mandate. "
            "It is shown to nobody but staff."
        ),
        done=_("The mandate was recorded."),
        tone="quiet",
        effect=None,
    ),
    "area": Action(
        _("The area is wrong"),
        services.change_area,
        AreaForm,
        submit=_("Correct the area"),
        done=KEPT,
        tone="quiet",
        ready=lambda line, user: line.vote.by_area,
        effect=Effect.REPLACES,
        text=_(
            "The new area counts for this line in this vote. Its voter is told, and the public record notes it."
        ),
        way_back=WayBack("area"),
    ),
    "voter": Action(
        _("Somebody else votes: a buyer, a co-owner, another of the household"),
        services.change_voter,
        VoterForm,
        submit=_("Name this voter"),
        done=KEPT,
        tone="quiet",
        ready=lambda line, user: finding.could_be_named(line).exists(),
        not_ready=_("The register knows nobody else who has all flats of this line."),
        effect=Effect.REPLACES,
        text=_(
            "From now on the named person votes for this line; a ballot cast for it stands until they replace it. Only "
            "whoever has all its flats can be named. Both are told."
        ),
        way_back=WayBack("voter"),
    ),
    "strike": Action(
        _("The line should not be there"),
        services.strike_line,
        StrikeForm,
        submit=_("Take it off the roll"),
        text=_("A ballot cast for it is set aside, and comes back with the line."),
        done=KEPT,
        tone="danger",
        effect=Effect.REPLACES,
        way_back=WayBack("put_back"),
    ),
    "put_back": Action(
        _("Put the line back"),
        services.put_back_line,
        StrikeForm,
        submit=_("Put it back on the roll"),
        text=_(
            "It comes back as it was: with the same code and area, and with the ballot that was set aside."
        ),
        done=KEPT,
        ready=lambda line, user: line.vote.phase in BEFORE_END,
        not_ready=ROLL_FINAL,
        effect=Effect.REPLACES,
        way_back=WayBack("strike"),
        until=lambda line: line.vote.closes_at,
    ),
}
MANDATE: dict[str, Action] = {
    "end": Action(
        _("End a mandate"),
        services.revoke,
        submit=_("End the mandate"),
        text=_(
            "A ballot cast under this mandate is cancelled; the owner can then vote again. The public record says "
            "so without names."
        ),
        done=_("The mandate has ended. A ballot cast under it was cancelled."),
        tone="danger",
        template="voting/mandate_end.html",
        effect=Effect.ENDS,
        way_back=_("There is no way back. A new mandate can be recorded while voting goes on."),
    ),
}
OBJECTION: dict[str, Action] = {
    "answer": Action(
        _("Answer an objection"),
        services.answer_objection,
        AnswerForm,
        submit=_("Send the answer"),
        done=_("The objection was answered."),
        tells=True,
        template="voting/roll_answer.html",
        effect=Effect.PUBLISHES,
        text=_("Whoever objected is told your answer."),
        way_back=_("The answer stands. Where it was wrong, correct the line and tell its voter."),
    ),
}
