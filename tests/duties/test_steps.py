"""The next step of a duty: every kind names the act that settles it, and whoever owes it finds its form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import Appointment, Area, Post, User
from portal.deliberation.states import State
from portal.duties import services
from portal.duties.kinds import KIND_TITLES
from portal.duties.models import Duty
from portal.duties.steps import STEPS, Act, Way, _table, step_of
from portal.kit import clock
from portal.notifications.models import Notice
from portal.record.services import key
from tests import factories
from tests.deliberation.factories import make_topic
from tests.duties.factories import make_duty

pytestmark = pytest.mark.django_db


def screened(here: Area, state: State = State.SCREENING) -> Duty:
    """A topic that the committee owes its screening."""
    topic = make_topic(here, state=state)
    return make_duty(here, kind="topic.screen", subject=key(topic))


def browser(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def test_every_kind_of_duty_names_its_step_and_no_step_is_of_none() -> None:
    assert set(STEPS) == {kind for kind in KIND_TITLES if not kind.startswith("test.")}
    for kind, steps in STEPS.items():
        for step in (one for one in steps if isinstance(one, Act)):
            door, actions = _table(step.route)
            assert set(step.names) <= set(actions) & set(door.needs), kind


def test_whoever_owes_it_reads_the_act_and_its_form_and_nobody_else() -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=here)
    duty = screened(here)
    page = reverse("deliberation:act", args=[duty.subject.partition(":")[2], "accept"])
    way = step_of(duty, worker)
    assert way == Way(way and way.label, page, "accept")
    assert step_of(duty, officer) is None
    assert step_of(duty, factories.make_resident(within=here)) is None


def test_what_has_moved_on_offers_nothing() -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    assert step_of(screened(here, State.ANNOUNCED), worker) is None


def test_the_address_of_a_duty_leads_to_its_form_or_to_what_it_is_about() -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=here)
    duty = screened(here)
    page = reverse("duties:step", args=[duty.pk])
    assert browser(worker).get(page)["Location"].endswith("/accept/")
    assert browser(officer).get(page)["Location"] == duty.url
    assert browser(factories.make_resident(within=here)).get(page).status_code == 404


def test_a_reminder_leads_to_the_form_and_once_it_is_done_to_the_page() -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    duty = screened(here)
    with clock.at(duty.due_at - timedelta(hours=1)):
        services.remind()
    led = Notice.objects.get(user=worker, kind="duty.soon").url
    assert browser(worker).get(led)["Location"].endswith("/accept/")
    services.close("topic.screen", duty.subject)
    Appointment.objects.filter(person=worker.person).update(until=clock.today())

    assert browser(worker).get(led)["Location"] == duty.url
