"""The sections of one's own page: what is in them, whose it is, and that nobody else reads what is not sent yet."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community import sections
from portal.community.models import Residency, User
from portal.community.sections import SECTIONS, SOURCES
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.funds.models import Application
from portal.funds.states import ApplicationState
from portal.kit import clock
from portal.notifications import following
from portal.search.models import Document
from portal.surveys.answering import services as answering
from portal.surveys.models import Mode, Response
from portal.voting.models import Ballot
from tests import factories
from tests.deliberation.factories import make_topic
from tests.funds.factories import make_application, make_call
from tests.surveys.factories import make_survey
from tests.voting import factories as votes

pytestmark = pytest.mark.django_db


def _lines(user: User, section: str, **wanted: str) -> list[str]:
    return [str(line.title) for line in sections.listed(user, section, **wanted)]


def test_every_section_is_filled_by_somebody_and_named_once() -> None:
    assert [slug for slug in SECTIONS if not SOURCES[slug]] == []
    assert [
        slug for slug in SECTIONS if len(SOURCES[slug]) > 1 and not all(one.label for one in SOURCES[slug])
    ] == []


def test_drafts_of_every_kind_stand_on_the_own_page_and_nowhere_else(client: Client) -> None:
    asked = make_survey(mode=Mode.NAMED)
    writer, here, staff = asked.resident, asked.here, asked.worker
    drafts: dict[type, Any] = {
        Topic: make_topic(
            here, state=State.DRAFT, proposer=factories.person_of(writer), title="草稿里的议题"
        ),
        Application: make_application(make_call(), ApplicationState.DRAFT, lead=writer, title="草稿里的申报"),
        Response: answering.begin(writer, asked.survey.pk),
    }
    kinds = {source.found(writer).model for source in SOURCES["drafts"]}
    others = [AnonymousUser(), staff, factories.make_resident(within=here)]

    client.force_login(writer)
    own = client.get("/me/own/drafts/").content.decode()

    assert kinds == drafts.keys()
    assert all(source.private for source in SOURCES["drafts"])
    for model, draft in drafts.items():
        assert draft.title in own
        if hasattr(model.objects, "visible_to"):
            assert [who for who in others if model.objects.visible_to(who).filter(pk=draft.pk)] == []
    for other in others[1:]:
        assert [one for source in SOURCES["drafts"] for one in source.found(other)] == []
    pages = [
        reverse("deliberation:topics", args=[here.slug]),
        reverse("pages:neighbourhood", args=[here.slug]),
    ]
    public = [Client().get(page).content.decode() for page in pages]
    assert not any(
        draft.title in page for page in public for model, draft in drafts.items() if model is not Response
    )
    assert not Document.objects.filter(title__startswith="草稿里的").exists()


def test_a_vote_says_that_one_took_part_and_never_how(client: Client) -> None:
    place = votes.make_place(residents=True)
    vote = votes.call(place)
    reader, neighbour = place.people[0], place.people[1]
    cast = votes.cast(reader, vote, "against")
    with clock.at(votes.DURING):
        client.force_login(reader)
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/me/own/votes/").content.decode()
        ballots = [one["sql"] for one in asked if Ballot._meta.db_table in one["sql"]]
        client.force_login(neighbour)
        waiting = client.get("/me/").content.decode()

    assert cast.receipt in page
    assert "反对" not in page
    assert ballots
    assert not any('"choice"' in sql or '"sealed"' in sql for sql in ballots)
    assert vote.title in waiting
    assert cast.receipt not in waiting


def test_a_section_is_filtered_by_what_goes_on_and_by_kind_and_shows_what_comes_first(client: Client) -> None:
    world = factories.make_neighbourhood()
    reader = factories.make_resident(within=world)
    own = factories.person_of(reader)
    for title, state in (("还在讨论", State.DISCUSSING), ("已经办结", State.CLOSED)):
        make_topic(world, state=state, proposer=own, title=title)
    seconded = make_topic(world, state=State.SECONDING, title="我附议过")
    seconded.secondings.create(person=own, dwelling=Residency.objects.get(person=own).dwelling)

    assert set(_lines(reader, "topics", state="going")) == {"还在讨论", "我附议过"}
    assert _lines(reader, "topics", state="over") == ["已经办结"]
    assert _lines(reader, "topics", kind="1") == ["我附议过"]
    assert len(_lines(reader, "topics", kind="9", state="x")) == 3
    client.force_login(reader)
    assert client.get("/me/own/nothing/").status_code == 404
    assert client.get("/me/own/following/").headers["Location"] == "/me/following/"


def test_what_is_followed_is_followed_no_more_from_the_own_page(client: Client) -> None:
    here = factories.make_neighbourhood()
    reader, topic = (
        factories.make_resident(within=here),
        make_topic(here, state=State.DISCUSSING, title="跟着看"),
    )
    following.choose(reader, f"topic:{topic.pk}", wanted=True)
    client.force_login(reader)
    before = client.get("/me/").content.decode()

    client.post(f"/me/following/topic:{topic.pk}/", {"wanted": "no"})

    assert f'action="/me/following/topic:{topic.pk}/"' in before
    assert _lines(reader, "following") == []
