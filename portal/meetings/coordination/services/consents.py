"""Before the talks: rights told, consent of every party, agents with mandates, identity seen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import User
from portal.community.selectors import accounts_of, person_of
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import events
from portal.meetings.coordination.permissions import COORDINATIONS
from portal.meetings.coordination.selectors import accounts, chosen_of, parties, party_of
from portal.meetings.coordination.services.after import PARTY_LEFT
from portal.meetings.coordination.services.endings import end
from portal.meetings.coordination.services.intake import CONSENT, Side, check_new
from portal.meetings.models import Consent, Coordination, Part, Participant, Party
from portal.meetings.services.attending import require_past
from portal.meetings.services.transitions import step
from portal.meetings.states.coordination import CoordinationState as C
from portal.voting.models import Channel


@transaction.atomic
def tell_rights(
    user: User, pk: int, *, who: Collection[int], on: date, channel: Channel | str
) -> Coordination:
    """Note that parties were given the notice of their rights and duties, on a day, by a channel."""
    meeting = COORDINATIONS.take(user, pk, "tell_rights")
    require_past(on)
    for party in chosen_of(meeting, who):
        party.told_on, party.told_by = on, channel
        party.save(update_fields=["told_on", "told_by"])
    _go_on(meeting, user)
    return meeting


@transaction.atomic
def answer(user: User, pk: int, *, consent: Consent | str, wants_open: bool, waives: bool) -> Coordination:
    """A party, or its agent, says whether it agrees to the meeting; who answers here has read the notice here."""
    meeting = COORDINATIONS.take(user, pk, "answer")
    party = party_of(meeting, user.person_id)
    if party is None:
        raise NotPossible(_("Only a party answers this."))
    if party.told_on is None:
        party.told_on, party.told_by = clock.today(), Channel.ONLINE
    _note(party, consent, wants_open, waives, user, Channel.ONLINE)
    _go_on(meeting, user)
    return meeting


@transaction.atomic
def answer_on_paper(
    user: User,
    pk: int,
    *,
    party: int,
    consent: Consent | str,
    wants_open: bool,
    waives: bool,
    channel: Channel | str = Channel.PAPER,
) -> Coordination:
    """Enter what a party said on paper, by telephone or at the counter. Its rights must have been told before."""
    meeting = COORDINATIONS.take(user, pk, "answer_on_paper")
    chosen = chosen_of(meeting, [party])[0]
    if chosen.consent_by == Channel.ONLINE:
        raise NotPossible(_("%(name)s answered online; only they can change it.") % {"name": chosen.name})
    if chosen.told_on is None:
        raise NotPossible(_("Please give this party the notice of its rights and duties first."))
    _note(chosen, consent, wants_open, waives, user, channel)
    _go_on(meeting, user)
    return meeting


@transaction.atomic
def name_agent(
    user: User, pk: int, *, party: int, agent: Side, mandate: str, mandate_on: date
) -> Coordination:
    """Note a party's agent with the written mandate that was seen. A former agent of the party goes.

    Raises NotPossible for somebody who takes part already: nobody acts for two sides, or for one against itself.
    """
    meeting = COORDINATIONS.take(user, pk, "name_agent")
    chosen = chosen_of(meeting, [party])[0]
    require_past(mandate_on)
    former, chosen.agent = chosen.agent, None
    if former:
        chosen.save(update_fields=["agent"])
        former.delete()
    check_new(meeting, agent)
    chosen.agent = Participant.objects.create(
        meeting=meeting, person=agent.person, name=agent.name, part=Part.AGENT
    )
    chosen.mandate, chosen.mandate_on = mandate, mandate_on
    chosen.save(update_fields=["agent", "mandate", "mandate_on"])
    duties.close(PARTY_LEFT, meeting, by=user)
    announce(events.AGENT, meeting, to=accounts_of(chosen.agent.person_id))
    return meeting


@transaction.atomic
def see_identity(user: User, pk: int, *, who: Collection[int], on: date) -> Coordination:
    """Note that proof of identity was seen: by whom and on which day. No number is kept."""
    meeting = COORDINATIONS.take(user, pk, "see_identity")
    require_past(on)
    for party in chosen_of(meeting, who):
        party.seen_by, party.seen_on = person_of(user), on
        party.save(update_fields=["seen_by", "seen_on"])
    return meeting


def _note(
    party: Party, consent: Consent | str, wants_open: bool, waives: bool, user: User, channel: Channel | str
) -> None:
    party.consent, party.consent_at, party.consent_by = Consent(consent), clock.now(), channel
    party.consent_entered = None if channel == Channel.ONLINE else person_of(user)
    party.wants_open, party.waives = wants_open, waives
    party.save()
    if party.participant.person:
        duties.close(CONSENT, party.meeting, by=user, person=party.participant.person)


def _go_on(meeting: Coordination, user: User) -> None:
    """One refusal ends it; once all agree, and all were told their rights, the points are sent."""
    sides = parties(meeting)
    if any(party.consent == Consent.NO for party in sides):
        end(meeting, C.REFUSED, by=user)
        announce(events.REFUSED, meeting, to=accounts(meeting, but=user))
    elif all(party.consent == Consent.YES and party.told_on for party in sides):
        # A session is open only if every party asks for it (《人民调解法》第23条).
        step(meeting, C.CONSENTED, by=user, open_session=all(party.wants_open for party in sides))
