"""How many pages the desk loads for a hearing, from the plan to the published result."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.duties.models import Duty
from portal.duties.services import waiting_for
from portal.kit import clock
from portal.meetings.models import Hearing
from portal.meetings.states.hearing import HearingState as H
from portal.record.services import key
from tests.meetings.factories import HELD_AT, Scene, make_scene, mark_all, person
from tests.meetings.test_forms import good

pytestmark = pytest.mark.django_db
MOST = 19


class Desk:
    """Staff at the desk who count what they load: each page that is shown, wherever redirects led."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.loads, self.page, self.at = scene, 0, "", ""

    def as_(self, user: User) -> Desk:
        """Somebody else takes over."""
        self.client = Client(headers={"Accept-Language": "en"})
        self.client.force_login(user)
        self.user = user
        return self

    def go(self, url: str) -> None:
        """Follow a link."""
        self._shown(self.client.get(url, follow=True))

    def due(self) -> None:
        """Open the workbench and follow the most urgent promise about the hearing."""
        self.go(reverse("duties:workbench", args=[self.scene.here.slug]))
        duty = waiting_for(self.user).filter(subject=key(self.scene.hearing)).first()
        assert isinstance(duty, Duty)
        self.go(reverse("duties:step", args=[duty.pk]))

    def press(self, act: str) -> None:
        """Follow the main button, which is the one of this act."""
        found = re.search(r'class="btn" href="([^"]+)"', self.page)
        assert found is not None, self.at
        assert found[1].endswith(f"/{act}/"), self.at
        self.go(found[1])

    def send(self, act: str, **data: Any) -> None:
        """Send the form that is in front."""
        assert self.at.endswith(f"/{act}/"), self.at
        answer = self.client.post(self.at, {"once": uuid.uuid4().hex, **data}, follow=True)
        assert answer.redirect_chain, answer.content.decode()
        self._shown(answer)

    def act(self, action: str) -> None:
        """The same with sound input for an action's form."""
        self.send(action.replace("_", "-"), **good(self.scene, action))

    def _shown(self, answer: Any) -> None:
        assert answer.status_code == 200
        self.loads += 1
        self.page, self.at = answer.content.decode(), answer.request["PATH_INFO"]


def test_a_hearing_takes_the_desk_fewer_than_twenty_page_loads() -> None:
    scene = make_scene()
    desk = Desk(scene).as_(scene.worker)
    with clock.at(scene.now):
        desk.go(reverse("deliberation:call_hearing", args=[scene.topic.pk]))
        chair, answers = person(scene.director).pk, "director"
        said = {"title": "小门听证会", "plan_owner": "物业 李经理", "chair": chair, "decision_maker": answers}
        desk.send("new", **said)
        scene.hearing = Hearing.objects.get()
        desk.act("set_panel")
        desk.send("announce", **good(scene, "announce"), registers="on")
    with clock.at(HELD_AT):
        scene.now = HELD_AT
        desk.due()
        desk.act("confirm_list")
        for action in ("take_attendance", "begin"):
            desk.act(action)
        desk.press("draft-minutes")
        desk.act("draft_minutes")
        mark_all(scene)
        desk.due()
        desk.act("sign_minutes")
        desk.send("issue-opinion", **good(scene, "issue_opinion"), send="on")
        desk.as_(scene.director).due()
        # Four items were issued; sound input answers three.
        desk.send("answer", **good(scene, "answer"), verdict_4="adopted")
        desk.act("publish")
    assert scene.fresh().state == H.PUBLISHED
    assert desk.loads <= MOST, desk.loads
