"""The page of an action, as a browser gets it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.actions.actions import Action
from portal.deliberation.services import screening, undoing
from portal.kit import clock
from portal.kit.wording import deadline
from tests.deliberation.factories import World


@pytest.mark.parametrize(
    ("action", "sent_to"),
    [(Action("Ask", lambda user, pk: None, effect=None), []), ("/there/", ["/there/"]), (None, [])],
)
def test_a_form_is_sent_to_its_own_page_unless_an_address_is_given(action: Any, sent_to: list[str]) -> None:
    context = {"form": forms.Form(), "submit": "Ask", "action": action}

    html = render_to_string("components/_form.html", context, RequestFactory().get("/here/"))

    (form,) = re.findall(r"<form[^>]*>", html)
    assert re.findall(r'action="([^"]*)"', form) == sent_to


@pytest.mark.django_db
def test_the_page_of_an_action_that_is_not_ready_says_so_and_shows_no_form(client: Client) -> None:
    world = World()
    topic = world.evaluating()
    client.force_login(world.worker)
    path = reverse("deliberation:act", args=[topic.pk, "close"])

    with clock.at(world.now):
        early = client.get(path)
    with clock.at(world.now + timedelta(days=30)):
        later = client.get(path)

    assert (early.status_code, later.status_code) == (409, 200)
    assert ("form" in early.context, 'name="reason"' in early.content.decode()) == (False, False)
    assert 'name="reason"' in later.content.decode()


@pytest.mark.django_db
def test_an_act_says_until_when_it_can_be_undone_before_it_and_afterwards(client: Client) -> None:
    world = World()
    topic = world.screening()
    client.force_login(world.worker)
    with clock.at(world.now):
        asked = client.get(reverse("deliberation:act", args=[topic.pk, "accept"])).content.decode()
        until = deadline(undoing.screening_stands_from(topic))
        screening.accept(world.worker, topic.pk, matter="neighbourhood", category="elder")
        done = client.get(topic.get_absolute_url()).content.decode()

    back = reverse("deliberation:act", args=[topic.pk, "undo-screening"])
    assert until in asked
    assert (f'href="{back}"' in done, until in done[done.index(back) :]) == (True, True)
    with clock.at(world.fresh(topic).state_until):
        late = client.get(back)
    assert late.status_code == 409
