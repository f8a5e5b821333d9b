"""What the operator does where no page does it."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import gettext

from portal.community.models import Appointment, Post
from portal.community.permissions import Role, roles_in
from portal.record.models import Entry
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_operator_names_a_director() -> None:
    here = factories.make_neighbourhood(slug="caihong")
    user = factories.make_user(name="王主任", username="wang")

    call_command("appoint", "wang", "director", "caihong", "--title", "居委会主任")

    entry = Entry.objects.get()
    assert Role.DIRECTOR in roles_in(user, here)
    assert (entry.action, entry.actor, entry.title) == (
        "appointment.made",
        gettext("portal administrator"),
        "居委会主任 王主任",
    )


def test_a_post_above_all_neighbourhoods_has_no_record() -> None:
    subdistrict = factories.make_subdistrict(slug="mou")
    factories.make_user(username="officer")

    call_command("appoint", "officer", "officer", "mou", "--title", "街道办")

    assert (Appointment.objects.get(post=Post.OFFICER).area, Entry.objects.count()) == (subdistrict, 0)


@pytest.mark.parametrize(
    "words",
    [
        ["appoint", "nobody", "worker", "here", "--title", "x"],
        ["appoint", "wang", "worker", "nowhere", "--title", "x"],
    ],
)
def test_what_cannot_be_is_said(words: list[str]) -> None:
    factories.make_neighbourhood(slug="here")
    factories.make_user(username="wang")

    with pytest.raises(CommandError):
        call_command(*words)


def test_a_post_held_already_is_not_given_again() -> None:
    factories.make_neighbourhood(slug="here")
    factories.make_user(username="wang")
    call_command("appoint", "wang", "worker", "here", "--title", "x")

    with pytest.raises(CommandError):
        call_command("appoint", "wang", "worker", "here", "--title", "x")
