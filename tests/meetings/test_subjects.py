"""Meetings about things that are no topics: whatever is registered can be heard, and says itself what it allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from portal.community.models import Area, Post, User, Visitor
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import hooks
from portal.meetings.models import Hearing
from portal.meetings.selectors import affected
from portal.meetings.services import hearings
from portal.meetings.states.hearing import HearingState as H
from portal.record import wording
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.meetings.factories import PLANNED_AT, invitation, make_hearing, person

pytestmark = pytest.mark.django_db


@dataclass
class Charter:
    """A convention of a building that is to be heard, and what meetings did to it."""

    here: Area
    building: Area
    worker: User
    callable: bool = True
    ready: bool = True
    done: list[object] = field(default_factory=list)

    def subject(self) -> hooks.Subject:
        return hooks.Subject(
            number="公约 3",
            title="楼道不停车公约",
            neighbourhood=self.here,
            area=self.building,
            require_callable=lambda: self._require(self.callable),
            require_ready=lambda: self._require(self.ready),
            called=lambda user: self.done.append(("called", user)),
            over=lambda: self.done.append("over"),
        )

    def to_call(self, user: Visitor, pk: int, lock: bool) -> hooks.Subject:
        if pk != 3:
            raise Http404
        if user != self.worker:
            raise PermissionDenied
        self.done.append(("taken", lock))
        return self.subject()

    def _require(self, may: bool) -> None:
        if not may:
            raise NotPossible("公约还没有写好")


@pytest.fixture
def charter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Charter]:
    """A neighbourhood whose conventions can be heard."""
    here = factories.make_neighbourhood()
    building = factories.make_building(parent=factories.make_estate(parent=here))
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    made = Charter(here, building, worker)
    kind = hooks.Kind("公约", made.to_call, lambda pk: made.subject(), lambda here: [])
    monkeypatch.setattr(hooks, "_KINDS", {**hooks._KINDS, "charter": kind})
    monkeypatch.setitem(wording.SUBJECTS, "charter", wording.Subject("公约", "duties:public_notice"))
    with clock.at(PLANNED_AT):
        yield made


def plan(charter: Charter, user: User | None = None, about: str = "charter:3") -> Hearing:
    """Plan the hearing, chaired and to be answered by whoever plans it."""
    return hearings.plan_hearing(
        user or charter.worker,
        about,
        title="公约听证会",
        plan_owner="楼组",
        chair=person(charter.worker),
        decision_maker=Post.WORKER,
    )


def test_a_hearing_keeps_what_stays_of_its_subject(charter: Charter) -> None:
    made = plan(charter)

    kept = Hearing.objects.get(pk=made.pk)
    assert (kept.subject, kept.subject_number, kept.subject_title) == (
        "charter:3",
        "公约 3",
        "楼道不停车公约",
    )
    assert (kept.neighbourhood, kept.area) == (charter.here, charter.building)
    assert charter.done == [("taken", True), ("called", charter.worker)]
    entry = Entry.objects.get(subject=key(made))
    assert entry.data == {"charter": "公约 3", "decision_maker": "worker"}


def test_news_reaches_those_where_it_applies(charter: Charter) -> None:
    near = factories.make_resident(within=charter.building)
    factories.make_resident(within=charter.here)

    assert list(affected(plan(charter))) == [near]


def test_the_subject_says_whether_a_hearing_can_be_called(charter: Charter) -> None:
    charter.callable = False

    with pytest.raises(NotPossible, match="公约还没有写好"):
        plan(charter)

    assert not Hearing.objects.exists()
    assert ("called", charter.worker) not in charter.done


def test_the_subject_says_who_may_call_one(charter: Charter) -> None:
    with pytest.raises(PermissionDenied):
        plan(charter, factories.make_resident(within=charter.here))
    with pytest.raises(Http404):
        plan(charter, about="charter:4")


@pytest.mark.parametrize("about", ["nothing:1", ""])
def test_nothing_can_be_heard_that_nobody_registered(charter: Charter, about: str) -> None:
    with pytest.raises(Http404):
        plan(charter, about=about)


def test_the_hearing_goes_on_as_its_subject_allows(charter: Charter) -> None:
    made = plan(charter)
    delegates = [factories.make_resident(within=charter.here) for _ in range(3)]
    members = [(person(user).pk, "住户") for user in delegates]
    hearings.set_panel(charter.worker, made.pk, members=members, groups=["住户"])
    charter.ready = False

    with pytest.raises(NotPossible, match="公约还没有写好"):
        hearings.announce(charter.worker, made.pk, invitation())

    charter.ready = True
    assert hearings.announce(charter.worker, made.pk, invitation()).state == H.ANNOUNCED


def test_the_subject_hears_when_the_hearing_is_over(charter: Charter) -> None:
    made = plan(charter)

    hearings.cancel(charter.worker, made.pk, reason="改天再议")

    assert charter.done[-1] == "over"


def test_one_hearing_at_a_time_on_one_subject(charter: Charter) -> None:
    plan(charter)

    with pytest.raises(NotPossible):
        plan(charter)

    assert Hearing.objects.filter(subject="charter:3").count() == 1


@pytest.mark.parametrize("name", ["hearing", "paper_notice"])
def test_the_pages_name_the_subject_by_its_kind(charter: Charter, client: Client, name: str) -> None:
    made = make_hearing(
        here=charter.here,
        area=charter.building,
        subject="charter:3",
        subject_number="公约 3",
        subject_title="楼道不停车公约",
        starts_at=PLANNED_AT,
    )

    text = client.get(reverse(f"meetings:{name}", args=[made.pk])).content.decode()

    assert "<dt>公约</dt>" in text
    assert "楼道不停车公约" in text
    assert "议题</dt>" not in text


@pytest.mark.parametrize("state", [H.REGISTRATION, H.PUBLISHED, H.CANCELLED])
def test_a_hearing_about_nothing_of_its_own_has_a_page(client: Client, state: H) -> None:
    made = make_hearing(state, subject="", subject_number="", subject_title="", starts_at=PLANNED_AT)

    text = client.get(reverse("meetings:hearing", args=[made.pk])).content.decode()

    assert 'href=""' not in text
    assert "议题</dt>" not in text
