"""The candidates of an election introduce themselves: named, in their own words or from paper, fixed at the opening."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext, override

from portal.community import uniting
from portal.community.models import Upload, User
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.voting import jobs, services
from portal.voting.matters import Question
from portal.voting.models import Candidate, Electorate, Method, Vote
from tests import factories as places
from tests.boards.factories import picture
from tests.voting import factories
from tests.voting.factories import CALLED_AT, DURING, OPENS_AT
from tests.worlds import kept

pytestmark = pytest.mark.django_db
NAMED_AT = CALLED_AT + timedelta(hours=1)
PEOPLE = ("王芳", "李强", "赵敏")
BODY = "多听大家的意见，每月公开账目。"


@kept
def election() -> tuple[factories.Place, Vote]:
    """A secret election of one of three that was called and has not opened."""
    place = factories.make_place(residents=True)
    question = Question(Method.ELECTION, PEOPLE, choose=1, seats=1, secret=True)
    asked = {
        "electorate": Electorate.RESIDENTS,
        "matter": "election",
        "question": question,
        "subject": "area:1",
    }
    return place, factories.call(place, **asked)


def name(place: factories.Place, vote: Vote, user: User, option: str = "o1") -> Candidate:
    with clock.at(NAMED_AT):
        services.name_candidate(place.director, vote.pk, option, places.person_of(user))
    return Candidate.objects.get(vote=vote, option=option)


def introduce(user: User, one: Candidate, **changes: Any) -> Candidate:
    words: dict[str, Any] = {"words": "住3号楼十二年", "statement": BODY}
    with clock.at(changes.pop("at", NAMED_AT)):
        return services.introduce(user, one.pk, **(words | changes))


def page(client: Client, vote: Vote, at: Any = NAMED_AT) -> str:
    with clock.at(at):
        return client.get(reverse("voting:vote", args=[vote.pk])).content.decode()


def nothing() -> str:
    with override("zh-hans"):
        return gettext("No introduction was handed in.")


def owed() -> Any:
    return Duty.objects.active().filter(kind="vote.introduce")


def test_a_candidate_is_named_asked_and_introduced(client: Client) -> None:
    place, vote = election()
    assert 'id="candidates"' not in page(client, vote)

    one = name(place, vote, place.people[0])

    assert owed().get().person == one.person
    assert owed().get().due_at < OPENS_AT
    assert Notice.objects.filter(kind="vote.candidate_named", user=place.people[0]).count() == 1
    assert page(client, vote).count(nothing()) == 3
    client.force_login(place.people[0])
    address = reverse("voting:candidate_act", args=[one.pk, "introduce"])
    assert address in page(client, vote)
    sent = {"words": "住3号楼十二年", "statement": BODY, "photo": picture("me.jpg")}
    with clock.at(NAMED_AT):
        assert client.post(address, sent).status_code == 302
        assert client.post(address, sent | {"statement": "长" * 501}).status_code == 422
    one.refresh_from_db()
    assert (one.statement, one.entered_by, one.photo and one.photo.public) == (BODY, None, True)
    assert not owed().exists()
    # The record names them as the ballot does, and says none of their words.
    entry = Entry.objects.filter(action="vote.candidate_introduced").get()
    assert (entry.actor, entry.data["candidate"], BODY in str(entry.data)) == ("王芳", "王芳", False)
    client.logout()
    text = page(client, vote)
    assert (text.count(BODY), text.count(nothing())) == (1, 2)
    client.force_login(place.people[1])
    # Above the ballot, and folded beside the name on it.
    assert page(client, vote, DURING).count(BODY) == 2


def test_one_person_one_option_in_an_election_of_persons() -> None:
    place, vote = election()
    one = name(place, vote, place.people[0])

    for option, user in (("o1", place.people[1]), ("o2", place.people[0]), ("o9", place.people[1])):
        with pytest.raises(NotPossible):
            name(place, vote, user, option)
    with clock.at(CALLED_AT):
        motion = factories.call(place)
    with pytest.raises(NotPossible):
        name(place, motion, place.people[0], "for")
    for changes in ({"option": "o2"}, {"person": places.person_of(place.people[1])}):
        again = {"vote": vote, "option": "o1", "person": one.person} | changes
        with pytest.raises(IntegrityError), transaction.atomic():
            Candidate.objects.create(
                named_by=place.director, changed_at=NAMED_AT, fixed_from=OPENS_AT, **again
            )


def test_all_have_the_same_length_and_nothing_changes_once_voting_opens() -> None:
    place, vote = election()
    one = introduce(place.people[0], name(place, vote, place.people[0]))

    with pytest.raises(NotPossible):
        introduce(place.people[0], one, at=OPENS_AT)
    with clock.at(OPENS_AT), pytest.raises(NotPossible):
        services.unname(place.director, one.pk, "误录")
    with pytest.raises(PermissionDenied):
        introduce(place.people[1], one)
    later = {"changed_at": OPENS_AT}
    broken: tuple[dict[str, Any], ...] = (
        {"statement": "改"}, {"statement": "改"} | later,
        {"statement": "长" * 501, "changed_at": NAMED_AT + timedelta(2)},
        {"words": "", "changed_at": NAMED_AT + timedelta(1)}, {"option": "o3"}, {"fixed_from": DURING},
    )  # fmt: skip
    for changes in broken:
        with pytest.raises(Exception, match="candidate_|too long"), transaction.atomic():
            Candidate.objects.filter(pk=one.pk).update(**changes)


def test_from_paper_and_taken_back_with_its_photo() -> None:
    place, vote = election()
    silent = places.make_user()
    person = places.person_of(silent)
    User.objects.filter(pk=silent.pk).update(is_active=False)
    one = name(place, vote, silent)
    assert (owed().get().person, owed().get().post) == (None, "director")

    one = introduce(place.director, one, photo=picture("paper.jpg"))

    assert (one.entered_by, one.person) == (place.director, person)
    with pytest.raises(NotPossible, match="PDF"):
        introduce(place.director, one, photo=SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n"))
    with clock.at(NAMED_AT):
        services.unname(place.director, one.pk, "本人不参选")
    assert not Candidate.objects.exists()
    assert not Upload.objects.filter(pk=str(one.photo_id)).exists()
    entry = Entry.objects.filter(action="vote.candidate_unnamed").get()
    assert (entry.data["reason"], entry.data["candidate"]) == ("本人不参选", "王芳")


def test_what_nobody_handed_in_is_owed_until_voting_opens() -> None:
    place, vote = election()
    for number, user in enumerate(place.people, 1):
        name(place, vote, user, f"o{number}")
    with clock.at(NAMED_AT):
        services.withdraw(place.director, vote.pk, "o3", "本人退出")
        assert owed().count() == 2
        services.abort(place.director, vote.pk, "日期有误")
        assert owed().count() == 0
        services.reinstate(place.director, vote.pk, "日期无误")
        jobs.end_introductions()
    assert owed().count() == 2
    with clock.at(OPENS_AT):
        jobs.end_introductions()
    assert owed().count() == 0


def test_two_records_of_one_human_stand_once() -> None:
    place, vote = election()
    kept_one = name(place, vote, place.people[0])
    name(place, vote, place.people[1], "o2")
    union = uniting.Union(kept_one.person, places.person_of(place.people[1]), place.director)

    with clock.at(NAMED_AT):
        uniting._SETTLES["candidates"](union)

    assert list(Candidate.objects.values_list("option", flat=True)) == ["o1"]
    assert len(union.notes) == 1


def test_the_page_asks_no_more_for_more_candidates(client: Client, django_assert_num_queries: Any) -> None:
    place, vote = election()
    client.force_login(place.director)
    name(place, vote, place.people[0])
    page(client, vote)
    with clock.at(NAMED_AT), CaptureQueriesContext(connection) as first:
        page(client, vote)
    for number, user in enumerate(place.people[1:], 2):
        introduce(user, name(place, vote, user, f"o{number}"))
    with django_assert_num_queries(len(first)):
        page(client, vote)
