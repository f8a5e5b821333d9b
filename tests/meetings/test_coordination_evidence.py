"""What the file rests on: evidence that only those concerned read, notes of inquiries, and whoever leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.community import leaving, uniting
from portal.community.leaving import Leaving
from portal.community.models import Appointment, Post, Residency, Upload, User
from portal.community.selectors import person_of
from portal.community.uniting import Union
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import services
from portal.meetings.coordination.jobs import find_somebody
from portal.meetings.coordination.services import Side
from portal.meetings.models import Evidence, Inquiry
from portal.meetings.states.coordination import CoordinationState as C
from portal.notifications.models import Notice
from tests import factories
from tests.community.pictures import pdf, picture
from tests.meetings import coordination_factories as do
from tests.meetings.coordination_factories import HOUR, WEEK, Case, case_at

pytestmark = pytest.mark.django_db

WORDS = "夜里十二点还在滴水"


def photo() -> SimpleUploadedFile:
    """A small picture."""
    return SimpleUploadedFile("天花板.png", picture("PNG", (8, 4)))


def paper() -> SimpleUploadedFile:
    """A PDF."""
    return SimpleUploadedFile("收据.pdf", pdf())


def owed(case: Case, kind: str) -> list[int | None]:
    """Who owes something about the meeting now."""
    standing = Duty.objects.active().filter(kind=kind, url=case.meeting.get_absolute_url())
    return list(standing.values_list("person", flat=True))


def told(user: User, kind: str) -> int:
    """How often somebody was told of one kind of event."""
    return Notice.objects.filter(user=user, kind=kind).count()


def left(user: User) -> Leaving:
    """Somebody moves away."""
    return Leaving(person_of(user), Residency.objects.get(person=person_of(user)))


def statuses(client: Client, pages: list[str]) -> list[int]:
    """How each page answers, read to its end: so the file it opened is closed."""
    answers = [client.get(page) for page in pages]
    for answer in answers:
        b"".join(getattr(answer, "streaming_content", ()))
    return [answer.status_code for answer in answers]


def mediated(case: Case) -> User:
    """A neighbour mediates instead of the worker."""
    neighbour = factories.make_resident(within=case.here)
    services.name_mediator(case.worker, case.pk, chair=person_of(neighbour))
    return neighbour


def test_what_a_party_hands_in_is_read_by_those_concerned_and_by_no_office(client: Client) -> None:
    case = case_at(C.NOTIFIED)
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=case.here.get_parent())
    with clock.at(case.now):
        made = services.hand_in(case.one, case.pk, title="渗水照片", text=WORDS, file=photo())
        file = Upload.objects.get()
        pages = [
            reverse("meetings:coordination_evidence", args=[case.pk, made.number]),
            reverse("meetings:coordination_paper", args=[case.pk, "evidence"]),
        ]
        for user in (case.one, case.other, case.worker):
            client.force_login(user)
            assert statuses(client, pages) == [200, 200]
            assert client.get(file.url).status_code == 404
            assert WORDS in client.get(case.meeting.get_absolute_url()).content.decode()
        for user in (case.colleague, case.director, officer, factories.make_resident(within=case.here)):
            client.force_login(user)
            assert statuses(client, [*pages, file.url]) == [404, 404, 404]
            assert WORDS not in client.get(case.meeting.get_absolute_url()).content.decode()
    assert file.closed
    assert (told(case.other, "coordination.evidence"), told(case.worker, "coordination.evidence")) == (1, 1)
    assert told(case.one, "coordination.evidence") == 0


def test_before_it_is_taken_up_the_other_side_hears_nothing_of_what_was_handed_in() -> None:
    case = case_at(C.APPLIED)
    with clock.at(case.now):
        services.hand_in(case.one, case.pk, title="照片", text=WORDS)
        with pytest.raises(Http404):
            services.hand_in(case.other, case.pk, title="照片", text=WORDS)
    assert (told(case.other, "coordination.evidence"), told(case.worker, "coordination.evidence")) == (0, 1)


def test_a_party_takes_back_its_own_until_the_talks_begin(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    case = case_at(C.NOTIFIED)
    with clock.at(case.now):
        first = services.hand_in(case.one, case.pk, title="照片", text="", file=photo())
        second = services.hand_in(case.one, case.pk, title="收据", text="", file=paper())
        names = [str(one.name) for one in (first.file.file, first.file.thumbnail)] if first.file else []
        with pytest.raises(NotPossible):
            services.take_back(case.other, case.pk, number=first.number)
        with django_capture_on_commit_callbacks(execute=True):
            services.take_back(case.one, case.pk, number=first.number)
        assert not any(default_storage.exists(name) for name in names)
        with pytest.raises(NotPossible):
            services.take_back(case.one, case.pk, number=first.number)
    with clock.at(case.now + WEEK):
        do.begin(case)
        at = clock.now() + timedelta(days=2)
        services.adjourn(case.worker, case.pk, starts_at=at, place="调解室", reason="查证")
        # It was before the talks: the other side answered it.
        with pytest.raises(NotPossible):
            services.take_back(case.one, case.pk, number=second.number)
        third = services.hand_in(case.one, case.pk, title="新照片", text=WORDS)
        services.take_back(case.one, case.pk, number=third.number)
    kept = [(one.number, one.title, bool(one.removed_at)) for one in Evidence.objects.all()]
    assert kept == [(1, "照片", True), (2, "收据", False), (3, "新照片", True)]


def test_what_does_not_belong_there_goes_and_its_line_stays_with_the_reason() -> None:
    case = case_at(C.IN_SESSION)
    with clock.at(case.now):
        made = services.hand_in_for(
            case.worker, case.pk, party=case.sides()[1].pk, title="化验单", text=WORDS, file=paper()
        )
        assert (made.channel, made.entered_by) == ("paper", case.worker.person)
        services.remove_evidence(case.worker, case.pk, number=1, reason="他人病历")
        with pytest.raises(NotPossible):
            services.remove_evidence(case.worker, case.pk, number=1, reason="再删一次")
    made.refresh_from_db()
    assert (made.text, made.file, made.removed_by, made.removed_why) == (
        "",
        None,
        case.worker.person,
        "他人病历",
    )
    assert not Upload.objects.exists()
    assert told(case.other, "coordination.evidence_removed") == 1
    assert told(case.one, "coordination.evidence_removed") == 0


def test_nothing_and_for_nobody_is_not_handed_in() -> None:
    case = case_at(C.ACCEPTED)
    with clock.at(case.now):
        with pytest.raises(NotPossible):
            services.hand_in(case.one, case.pk, title="空", text="")
        with pytest.raises(NotPossible):
            services.hand_in_for(case.worker, case.pk, party=0, title="空", text=WORDS)
        broken = SimpleUploadedFile("坏.png", b"not a picture")
        with pytest.raises(NotPossible):
            services.hand_in(case.one, case.pk, title="坏文件", text=WORDS, file=broken)
    assert not Evidence.objects.exists()


def test_nobody_buries_the_other_side_in_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.meetings.coordination.services.evidence.MOST", 1)
    case = case_at(C.ACCEPTED)
    with clock.at(case.now):
        services.hand_in(case.one, case.pk, title="照片", text=WORDS)
        with pytest.raises(NotPossible):
            services.hand_in(case.one, case.pk, title="照片", text=WORDS)


def test_a_note_of_an_inquiry_is_owed_to_be_read_back_and_says_what_came_of_it() -> None:
    case = case_at(C.CONSENTED)
    said = {
        "asked": "王师傅",
        "relation": "水电师傅",
        "place": "物业办公室",
        "text": "问：修过吗？答：没有。",
    }
    with clock.at(case.now):
        today = clock.today()
        for _ in range(2):
            services.note_inquiry(case.worker, case.pk, on=today, **said)
        assert owed(case, "coordination.read_back") == [case.worker.person_id]
        with pytest.raises(NotPossible):
            services.note_inquiry(case.worker, case.pk, on=today + timedelta(days=1), **said)
        wrongs: tuple[dict[str, Any], ...] = (
            {"number": 3, "read": "right", "on": today},
            {"number": 1, "read": "corrected", "on": today},
            {"number": 1, "read": "right", "on": today - timedelta(days=1)},
        )
        for wrong in wrongs:
            with pytest.raises(NotPossible):
                services.read_back(case.worker, case.pk, **wrong)
        services.read_back(case.worker, case.pk, number=1, read="corrected", on=today, correction="是五月")
        assert owed(case, "coordination.read_back") == [case.worker.person_id]
        services.hand_over(case.worker, case.pk, to=person_of(case.colleague))
        assert owed(case, "coordination.read_back") == [case.colleague.person_id]
        services.read_back(case.colleague, case.pk, number=2, read="refused", on=today)
    assert not owed(case, "coordination.read_back")
    assert list(Inquiry.objects.values_list("read", "correction")) == [
        ("corrected", "是五月"),
        ("refused", ""),
    ]
    assert told(case.one, "coordination.inquired") == told(case.other, "coordination.inquired") == 2


@pytest.mark.parametrize("state", [C.ACCEPTED, C.NOTIFIED])
def test_a_mediator_who_leaves_hands_back_to_who_is_in_charge(state: C) -> None:
    case = case_at(state)
    with clock.at(case.now):
        neighbour = mediated(case)
        leaving.hand_over(left(neighbour))
        assert case.fresh().chair == case.worker.person
        assert owed(case, "coordination.mediator") == [case.worker.person_id]
        assert told(case.one, "coordination.mediator_left") == 1
        services.name_mediator(case.worker, case.pk, chair=person_of(case.worker))
    assert not owed(case, "coordination.mediator")


def test_during_the_talks_another_mediator_is_named_and_a_mediator_with_a_post_here_stays() -> None:
    case = case_at(C.IN_SESSION)
    with clock.at(case.now):
        neighbour = mediated(case)
        factories.make_appointment(person_of(neighbour), Post.BUILDING_HEAD, case.here)
        leaving.hand_over(left(neighbour))
        assert case.fresh().chair == neighbour.person
        services.name_mediator(case.worker, case.pk, chair=person_of(case.colleague))
    assert case.fresh().chair == case.colleague.person


@pytest.mark.parametrize("answer", ["stays", "agent", "ended"])
def test_a_party_that_leaves_is_asked_by_a_day(answer: str) -> None:
    case = case_at(C.NOTIFIED)
    with clock.at(case.now):
        leaving.hand_over(left(case.other))
        assert owed(case, "coordination.party_left") == [case.worker.person_id]
        if answer == "stays":
            services.note_stays(case.worker, case.pk)
            with pytest.raises(NotPossible):
                services.note_stays(case.worker, case.pk)
        elif answer == "agent":
            mandate: dict[str, Any] = {"mandate": "代为协商", "mandate_on": clock.today()}
            side = case.sides()[1].pk
            services.name_agent(case.worker, case.pk, party=side, agent=Side(name="周律师"), **mandate)
        else:
            services.stop_for(case.worker, case.pk, party=case.sides()[1].pk, reason="已搬走")
    assert not owed(case, "coordination.party_left")


def test_what_a_party_that_moved_promised_stays_owed_by_it() -> None:
    case = case_at(C.PERFORMING)
    with clock.at(case.now):
        leaving.hand_over(left(case.other))
    assert owed(case, "coordination.do") == [case.other.person_id]
    assert owed(case, "coordination.party_left") == [case.worker.person_id]


def test_a_file_nobody_could_take_over_waits_for_the_first_who_can() -> None:
    case = case_at(C.NOTIFIED)
    ended = Appointment.objects.filter(area=case.here, post__in=[Post.WORKER, Post.DIRECTOR])
    with clock.at(case.now):
        ended.update(until=clock.today())
    with clock.at(case.now + timedelta(days=1)):
        for _ in range(2):
            find_somebody()
        waiting = Duty.objects.active().get(kind="coordination.nobody")
        assert (waiting.post, waiting.title) == (Post.DIRECTOR, case.fresh().number)
        newcomer = factories.make_user(post=Post.WORKER, neighbourhood=case.here)
        find_somebody()
        fresh = case.fresh()
        assert (fresh.in_charge, fresh.chair) == (newcomer.person, newcomer.person)
        assert owed(case, "coordination.begin") == [newcomer.person_id]
        assert not Duty.objects.active().filter(kind="coordination.nobody").exists()


def test_who_mediates_and_who_is_on_a_side_are_not_made_one() -> None:
    case = case_at(C.NOTIFIED)
    with clock.at(case.now):
        neighbour = mediated(case)
        union = Union(person_of(case.one), person_of(neighbour), case.director)
        with pytest.raises(NotPossible):
            uniting.unite(union)
        services.stop(case.one, case.pk, reason="")
        uniting.unite(Union(person_of(case.one), person_of(neighbour), case.director))
    assert case.fresh().chair == case.one.person


def test_two_parties_are_not_made_one_while_they_stand_on_two_sides() -> None:
    case = case_at(C.NOTIFIED)
    with clock.at(case.now + HOUR), pytest.raises(NotPossible):
        uniting.unite(Union(person_of(case.one), person_of(case.other), case.director))
