"""Who stands in for whom: written mandates, their limit, their end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.community.models import Person, PersonKind, Representative, User
from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.voting import services
from portal.voting.models import Ballot, BallotChange, Channel, Mandate, MandateKind, SetAside, Vote
from tests import factories as places
from tests.voting import factories
from tests.worlds import kept

pytestmark = pytest.mark.django_db
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def letter() -> SimpleUploadedFile:
    """A written mandate."""
    return SimpleUploadedFile("委托书.pdf", PDF, content_type="application/pdf")


@kept
def mandate(
    place: factories.Place,
    vote: Vote,
    principal: User,
    holder: User,
    kind: str = MandateKind.PROXY,
    **other: Any,
) -> Mandate:
    """A mandate recorded while the vote is open."""
    line = factories.line(principal, vote)
    with clock.at(other.pop("at", factories.DURING)):
        return services.record_mandate(
            place.director, line.pk, places.person_of(holder), kind, other.get("file", letter())
        )


def revoke(user: User, held: Mandate, at: Any = factories.DURING) -> Mandate:
    with clock.at(at):
        return services.revoke(user, held.pk)


@kept
def cast_for(holder: User, vote: Vote, principal: User, choice: str) -> Ballot:
    with clock.at(factories.DURING):
        return services.cast(holder, vote.pk, choice, line=factories.line(principal, vote).number)


def test_p1_without_a_document_there_is_no_mandate() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    owner, holder = place.people[0], places.make_user()

    with pytest.raises(NotPossible):
        mandate(place, vote, owner, holder, file=None)

    assert Mandate.objects.count() == 0
    with pytest.raises(NotPossible):
        cast_for(holder, vote, owner, "for")


def test_the_document_is_private() -> None:
    place = factories.make_place()
    held = mandate(place, factories.call(place), place.people[0], places.make_user())

    assert (held.document.public, held.document.content_type) == (False, "application/pdf")


@pytest.mark.parametrize("proxy_first", [True, False])
def test_p2_the_principals_ballot_beats_the_proxys_whichever_came_first(proxy_first: bool) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    owner, holder = place.people[0], places.make_user()
    mandate(place, vote, owner, holder)

    if proxy_first:
        cast_for(holder, vote, owner, "against")
        factories.cast(owner, vote, "for")
        assert BallotChange.objects.get().why == SetAside.PRINCIPAL
    else:
        factories.cast(owner, vote, "for")
        with pytest.raises(NotPossible):
            cast_for(holder, vote, owner, "against")

    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.mandate) == ("for", None)


def test_p2_holds_for_the_principals_paper_too() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    owner, holder = place.people[0], places.make_user()
    mandate(place, vote, owner, holder)
    cast_for(holder, vote, owner, "against")
    second = places.make_user(Role.WORKER, neighbourhood=place.neighbourhood)
    with clock.at(factories.DURING + timedelta(hours=1)):
        sheet = services.enter(place.director, vote.pk, factories.line(owner, vote).label, "for")
        services.confirm(second, sheet.pk, "for")

    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.channel, ballot.mandate) == ("for", Channel.PAPER, None)
    assert (BallotChange.objects.get().choice, BallotChange.objects.get().why) == (
        "against",
        SetAside.PRINCIPAL,
    )


def test_p3_over_the_limit_further_proxies_are_refused_and_earlier_ones_stand() -> None:
    place = factories.make_place((9000,) * 5)
    vote = factories.call(place)
    holder = places.make_user()
    for owner in place.people[:3]:
        mandate(place, vote, owner, holder)

    with pytest.raises(NotPossible):
        mandate(place, vote, place.people[3], holder)

    assert Mandate.objects.filter(holder=places.person_of(holder), revoked_at=None).count() == 3
    for owner in place.people[:3]:
        cast_for(holder, vote, owner, "for")
    assert factories.count(vote).totals["cast"]["for"]["heads"] == 3


def test_p4_a_mandate_revoked_before_the_end_cancels_its_ballot_and_the_record_names_nobody() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    owner, holder = place.people[0], places.make_user()
    held = mandate(place, vote, owner, holder)
    cast_for(holder, vote, owner, "against")

    revoke(owner, held)

    assert Ballot.objects.count() == 0
    assert BallotChange.objects.get().why == SetAside.REVOKED
    entry = Entry.objects.get(action="vote.mandate_ended")
    assert entry.data == {"about": vote.subject, "ballots_cancelled": 1}
    assert places.person_of(owner).display_name not in entry.actor
    with pytest.raises(NotPossible):
        cast_for(holder, vote, owner, "for")


def test_the_owners_own_ballot_stays_when_a_mandate_ends() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    held = mandate(place, vote, place.people[0], places.make_user())
    factories.cast(place.people[0], vote, "for")

    revoke(place.director, held)

    assert Ballot.objects.get().choice == "for"


def test_after_the_end_no_mandate_is_taken_or_ended() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    held = mandate(place, vote, place.people[0], places.make_user())

    with pytest.raises(NotPossible):
        revoke(place.people[0], held, factories.CLOSES_AT)
    with pytest.raises(NotPossible):
        mandate(place, vote, place.people[1], places.make_user(), at=factories.CLOSES_AT)


def test_only_the_voter_and_the_committee_end_a_mandate() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    holder = places.make_user()
    held = mandate(place, vote, place.people[0], holder)

    for stranger in (place.people[1], holder):
        with pytest.raises(PermissionDenied):
            revoke(stranger, held)


def test_only_the_committee_records_a_mandate() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)

    with clock.at(factories.DURING), pytest.raises(PermissionDenied):
        services.record_mandate(place.people[0], line.pk, places.make_person(), MandateKind.PROXY, letter())


def test_a_companys_line_is_cast_by_its_representative_and_nobody_else() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    company, acts = place.people[0], places.make_user()
    person = places.person_of(company)
    person.kind = PersonKind.COMPANY
    person.save()

    with pytest.raises(NotPossible):
        factories.cast(company, vote)
    with pytest.raises(NotPossible):
        mandate(place, vote, company, acts, MandateKind.PROXY)
    mandate(place, vote, company, acts, MandateKind.REPRESENTATIVE)

    assert cast_for(acts, vote, company, "for").mandate is not None


def test_a_line_has_one_mandate_at_a_time() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    first = mandate(place, vote, place.people[0], places.make_user())

    with pytest.raises(NotPossible):
        mandate(place, vote, place.people[0], places.make_user())
    revoke(place.people[0], first)
    mandate(place, vote, place.people[0], places.make_user())

    assert Mandate.objects.filter(revoked_at=None).count() == 1


def test_who_acts_for_a_company_is_offered_as_the_holder(client: Client) -> None:
    place, vote = with_company()
    acting = places.make_person(real_name="钱经理")
    company = place.people[0].person
    assert company is not None
    Representative.objects.create(
        company=company, person=acting, since=date(2026, 1, 1), recorded_by=place.director
    )
    entry = factories.line(place.people[0], vote)
    path = reverse("voting:line_act", args=[entry.pk, "mandate"])
    client.force_login(place.director)

    with clock.at(factories.DURING):
        asked = client.get(path)

    form = asked.context["form"]
    assert (form.initial["holder"], form.initial["kind"]) == ("钱经理", "representative")
    assert form.fields["holder"].search("钱经理").one == acting


@kept
def with_company() -> tuple[factories.Place, Vote]:
    """An owners' vote in which a company is asked."""
    place = factories.make_place()
    Person.objects.filter(pk=place.people[0].person_id).update(kind=PersonKind.COMPANY)
    return place, factories.call(place)
