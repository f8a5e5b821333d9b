"""A coordination meeting leaks nothing: roles by states by pages; only number, kind, outcome and day are public."""

from __future__ import annotations

import json

import pytest
from django.http import HttpResponseNotFound
from django.test import Client
from django.urls import reverse

from portal.community.models import Post, User
from portal.duties.models import Duty
from portal.kit import clock
from portal.meetings.coordination.permissions import visible
from portal.meetings.coordination.selectors import OUTCOMES, public_row
from portal.meetings.kinds import public
from portal.meetings.states.coordination import OVER
from portal.meetings.states.coordination import CoordinationState as C
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.search.models import Document
from portal.search.services import index
from tests import factories
from tests.meetings.coordination_factories import FACTS, SECRET, Case, case_at

pytestmark = pytest.mark.django_db

TEXTS = (
    SECRET,
    FACTS,
    "重做防水",
    "互不追究",
    "笔录：各说各的",
    "谁修",
    "金额谈不拢",
    "不属于调解范围",
    "逾期未修",
)


NAMES = ("欧阳明镜", "镜湖先生", "司徒远山", "远山女士")


def _strangers(case: Case) -> dict[str, User | None]:
    return {
        "nobody": None,
        "resident": factories.make_resident(within=case.here),
        "colleague": case.colleague,
        "director": case.director,
        "party": factories.make_user(post=Post.PARTY, neighbourhood=case.here),
        "oversight": factories.make_user(post=Post.OVERSIGHT, neighbourhood=case.here),
        "officer": factories.make_user(post=Post.OFFICER, neighbourhood=case.here.get_parent()),
        "operator": factories.make_user(post=Post.OPERATOR, neighbourhood=case.here),
    }


def _pages(case: Case) -> list[str]:
    slug = case.here.slug
    return [
        reverse("meetings:coordination", args=[case.pk]),
        reverse("meetings:coordinations", args=[slug]),
        reverse("meetings:meetings", args=[slug]),
        reverse("meetings:meetings", args=[slug]) + "?kind=coordination",
        reverse("meetings:calendar", args=[slug]),
        reverse("meetings:calendar_feed", args=[slug]),
        reverse("record:record", args=[slug]),
        f"/n/{slug}/",
        f"/n/{slug}/search/?q={SECRET}",
    ]


SHUT = (
    "minutes",
    "minutes_file",
    "paper_notice",
    "paper_sign_in",
    "paper_agenda",
)


@pytest.fixture
def bare_404(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a page is not there is told by its status; drawing the page that says so takes most of the time."""
    monkeypatch.setattr(
        "portal.urls.handler404", lambda request, exception: HttpResponseNotFound(), raising=False
    )


@pytest.mark.usefixtures("bare_404")
@pytest.mark.parametrize(
    "state", [C.APPLIED, C.NOTIFIED, C.MINUTES_SIGNED, C.AGREED, C.REFERRED, C.PERFORMED]
)
def test_no_page_tells_a_stranger_more_than_the_row(client: Client, state: C) -> None:
    case = case_at(state)
    with clock.at(case.now):
        hidden = [*TEXTS, *NAMES]
        strangers = _strangers(case)
        # All roles once; in the other states those who come nearest.
        roles = strangers if state is C.AGREED else ("nobody", "colleague")
        for role in roles:
            user = strangers[role]
            client.logout()
            if user:
                client.force_login(user)
            for page in _pages(case):
                answer = client.get(page, follow=True)
                text = answer.content.decode()
                shown = [word for word in hidden if word in text and word not in page]
                assert answer.status_code in {200, 404}, (role, page)
                assert not shown, (role, state, page, shown)
            for part in ("application", "rights", "evidence", "inquiry", "agreement", "visit"):
                assert (
                    client.get(reverse("meetings:coordination_paper", args=[case.pk, part])).status_code
                    == 404
                )
            for name in SHUT:
                assert client.get(reverse(f"meetings:{name}", args=[case.pk])).status_code in {302, 404}, name
            act = client.get(reverse("meetings:coordination_act", args=[case.pk, "hand-over"]))
            assert act.status_code in {302, 404}


@pytest.mark.parametrize("state", list(C))
def test_those_concerned_read_it_in_every_state(client: Client, state: C) -> None:
    case = case_at(state)
    with clock.at(case.now):
        for user in (case.worker, case.one, case.other):
            client.force_login(user)
            answer = client.get(reverse("meetings:coordination", args=[case.pk]))
            knows = user is not case.other or state not in {C.APPLIED, C.DECLINED}
            assert answer.status_code == 200
            assert (SECRET in answer.content.decode()) is knows
            if knows and state in OVER:
                for part in ("application", "rights", "mandate"):
                    paper = client.get(reverse("meetings:coordination_paper", args=[case.pk, part]))
                    assert paper.status_code == 200


@pytest.mark.parametrize("state", list(C))
def test_record_duties_notices_and_search_hold_no_word_of_it(state: C) -> None:
    case = case_at(state)
    hidden = [*TEXTS, *NAMES]
    for entry in Entry.objects.filter(subject=f"coordination:{case.pk}"):
        told = json.dumps([entry.title, entry.data, entry.actor], ensure_ascii=False)
        assert not [word for word in hidden if word in told]
        assert entry.title == case.fresh().number
        assert entry.actor == "系统"
    for duty in Duty.objects.filter(url=f"/coordination/{case.pk}/"):
        assert duty.title.startswith(case.fresh().number)
        assert duty.person_id is not None
    for notice in Notice.objects.filter(url__contains=f"/coordination/{case.pk}/"):
        told = json.dumps(notice.params, ensure_ascii=False)
        assert not [word for word in hidden if word in told]
        assert notice.user_id in {case.one.pk, case.other.pk, case.worker.pk}
    assert not Document.objects.filter(number=case.pk, kind__contains="coordination").exists()
    with pytest.raises(StopIteration):
        index(case.fresh())


def test_it_is_among_no_public_meetings_and_the_row_says_no_more_than_the_outcome() -> None:
    case = case_at(C.PERFORMED)
    assert not public().filter(pk=case.pk).exists()
    row = public_row(case.fresh())
    assert (row.number, str(row.outcome)) == (case.fresh().number, str(OUTCOMES[C.PERFORMED]))
    assert row.day == clock.day_of(case.now)
    running = case_at(C.IN_SESSION)
    assert C.IN_SESSION not in OUTCOMES
    assert public_row(running.fresh()).day is None


def test_without_a_second_factor_the_file_of_an_office_stays_shut() -> None:
    case = case_at(C.ACCEPTED)
    assert visible(case.worker).filter(pk=case.pk).exists()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(User, "acts_in_offices", property(lambda user: False))
        assert not visible(case.worker).filter(pk=case.pk).exists()
        assert visible(case.one).filter(pk=case.pk).exists()
