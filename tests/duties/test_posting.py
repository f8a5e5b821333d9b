"""Public notices: until when they run, who may object, and that it counts once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from portal.community.models import Post
from portal.community.permissions import Role
from portal.duties import services
from portal.duties.models import Objection, PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from tests import factories
from tests.concurrency import at_once
from tests.duties.factories import make_notice

pytestmark = pytest.mark.django_db
MAY_OBJECT = {Role.RESIDENT, Role.OWNER}


def test_a_notice_runs_to_its_last_moment() -> None:
    notice = make_notice(factories.make_neighbourhood())

    with clock.at(notice.ends_at - timedelta(microseconds=1)):
        assert not notice.is_over
        assert PublicNotice.objects.running().get() == notice
    with clock.at(notice.ends_at):
        assert notice.is_over
        assert PublicNotice.objects.running().count() == 0


@pytest.mark.parametrize(
    "role", [role for role in Role if role.value in Post.values] + [Role.RESIDENT, Role.OWNER, Role.ACCOUNT]
)
def test_only_neighbours_object(role: Role) -> None:
    here = factories.make_neighbourhood()
    notice = make_notice(here)
    user = factories.make_user(role, neighbourhood=here)

    if role in MAY_OBJECT:
        assert services.object_to(user, notice.pk, "太吵").person == user.person
    else:
        with pytest.raises(PermissionDenied):
            services.object_to(user, notice.pk, "太吵")
        assert Objection.objects.count() == 0


def test_neighbours_of_elsewhere_do_not_object_here() -> None:
    notice = make_notice(factories.make_neighbourhood())

    with pytest.raises(PermissionDenied):
        services.object_to(factories.make_resident(), notice.pk, "太吵")


def test_an_objection_is_recorded_without_its_text_and_the_committee_is_told() -> None:
    here = factories.make_neighbourhood()
    notice = make_notice(here, title="关于扶手的公示")
    chen = factories.make_resident(within=here, name="陈阿姨")
    shen = factories.make_user(post=Post.WORKER, neighbourhood=here)

    services.object_to(chen, notice.pk, "  挡住了我家窗户  ")

    entry = Entry.objects.get()
    assert Objection.objects.get().text == "挡住了我家窗户"
    assert (entry.action, entry.actor, entry.subject) == ("notice.objected", "陈阿姨", notice.subject)
    assert (entry.title, entry.data) == ("关于扶手的公示", {})
    assert [(told.user, told.params) for told in Notice.objects.all()] == [
        (shen, {"title": "关于扶手的公示"})
    ]


def test_when_the_time_is_over_nothing_is_taken() -> None:
    here = factories.make_neighbourhood()
    notice, chen = make_notice(here), factories.make_resident(within=here)

    with clock.at(notice.ends_at), pytest.raises(NotPossible):
        services.object_to(chen, notice.pk, "太吵")

    assert (Objection.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_second_objection_of_the_same_person_is_refused() -> None:
    here = factories.make_neighbourhood()
    notice, chen = make_notice(here), factories.make_resident(within=here)
    services.object_to(chen, notice.pk, "太吵")

    with pytest.raises(NotPossible):
        services.object_to(chen, notice.pk, "还是太吵")

    assert [objection.text for objection in Objection.objects.all()] == ["太吵"]
    assert Entry.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_objections_at_once_count_once() -> None:
    here = factories.make_neighbourhood()
    notice, chen = make_notice(here), factories.make_resident(within=here)

    outcome = at_once(5, lambda: services.object_to(chen, notice.pk, "太吵"))

    assert [type(error) for error in outcome.errors] == [NotPossible] * 4
    assert (Objection.objects.count(), Entry.objects.count()) == (1, 1)
