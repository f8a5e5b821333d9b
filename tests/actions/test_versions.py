"""Two editors of one thing: the second reads both texts and may then send again; nothing is lost unawares."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.actions.versions import Overtaken, other_texts, save_version
from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.volunteers.forms.activities import EditActivityForm
from portal.volunteers.models import Activity
from portal.volunteers.services import activities
from tests.concurrency import at_once
from tests.volunteers.factories import Crew, make_activity, make_crew

pytestmark = pytest.mark.django_db


def drafted() -> tuple[Crew, Activity]:
    """A draft that its leader and the committee can both change."""
    crew = make_crew()
    return crew, make_activity(crew, approved_at=None, approved_by=None, place="9号楼门厅")


def opened(user: User, activity: Activity) -> tuple[Client, str, dict[str, Any]]:
    """The page as somebody opened it: browser, address and what stands in the form."""
    client, address = Client(), reverse("volunteers:activity_act", args=[activity.pk, "edit"])
    client.force_login(user)
    form = client.get(address).context["form"]
    typed = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    return client, address, typed | {"photos": ""}


def test_the_second_of_two_editors_reads_both_texts_and_nothing_is_overwritten() -> None:
    crew, activity = drafted()
    first, address, ours = opened(crew.leader, activity)
    second, _same, theirs = opened(crew.worker, activity)

    assert first.post(address, {**ours, "place": "北门", "bring": "手套"}).status_code == 302
    answer = second.post(address, {**theirs, "place": "南门岗亭"})

    activity.refresh_from_db()
    assert (answer.status_code, activity.place, activity.bring) == (409, "北门", "手套")
    html = answer.content.decode()
    assert html.count('value="南门岗亭"') == 1
    assert [other.text for other in answer.context["other_texts"]] == ["北门", "手套"]
    assert (html.count("<dd>北门</dd>"), html.count("<dd>手套</dd>")) == (1, 1)


def test_whoever_has_read_both_may_send_again() -> None:
    crew, activity = drafted()
    first, address, ours = opened(crew.leader, activity)
    second, _same, theirs = opened(crew.worker, activity)
    first.post(address, {**ours, "place": "北门"})
    refused = second.post(address, {**theirs, "place": "南门岗亭"}).context["form"]

    again = {**theirs, "place": "南门岗亭", "version": refused["version"].value()}
    assert second.post(address, again).status_code == 302

    activity.refresh_from_db()
    assert (activity.place, activity.version) == ("南门岗亭", 3)


def test_a_form_without_its_version_is_not_valid() -> None:
    crew, activity = drafted()
    client, address, typed = opened(crew.leader, activity)
    del typed["version"]

    assert client.post(address, typed).status_code == 422


def test_a_refusal_of_another_kind_has_no_second_text() -> None:
    crew, activity = drafted()
    form = EditActivityForm({}, thing=activity, user=crew.leader)

    assert other_texts(form, NotPossible("不行")) == []


def test_yes_and_no_and_choices_are_shown_in_words() -> None:
    crew, activity = drafted()
    client, address, typed = opened(crew.leader, activity)
    activities.edit(crew.worker, activity.pk, {"screened": True, "kind": "patrol", "most_age": 70})

    answer = client.post(address, typed)

    shown = {other.text for other in answer.context["other_texts"]}
    assert shown == {"是", "平安巡逻", "70"}


def test_the_version_alone_decides_whatever_was_read_before() -> None:
    _crew, activity = drafted()
    old = Activity.objects.get(pk=activity.pk)
    activity.place, old.place = "北门", "南门岗亭"
    save_version(activity, 1, ["place"])

    with pytest.raises(Overtaken) as refusal:
        save_version(old, 1, ["place"])

    assert (refusal.value.present.place, activity.version) == ("北门", 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_of_many_editors_at_once_one_wins(locked: bool) -> None:
    crew, activity = drafted()

    def work(number: int) -> None:
        if locked:
            activities.edit(crew.worker, activity.pk, {"place": f"{number}号楼"}, version=1)
        else:
            mine = Activity.objects.get(pk=activity.pk)
            mine.place = f"{number}号楼"
            save_version(mine, 1, ["place"])

    outcome = at_once(8, work, numbered=True)

    activity.refresh_from_db()
    assert [type(error) for error in outcome.errors] == [Overtaken] * 7
    assert (len(outcome.results), activity.version) == (1, 2)
