"""A neighbourhood that agrees on a convention: its people, and a round walked to where a test begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404

from portal.community.models import Area, Dwelling, Person, Post, User
from portal.community.permissions import Role
from portal.conventions import services
from portal.conventions.models import AgreementPage, ConventionRound, Edition, Proposal, Suggestion
from portal.conventions.selectors import latest
from portal.conventions.text import articles
from portal.kit import clock
from portal.pages.services import found_neighbourhood
from portal.pages.versions import version_of
from portal.voting import services as voting
from portal.voting.models import Choice
from tests import factories
from tests.worlds import kept, stage

# A Monday, 9:00 in Shanghai.
BEGIN = clock.at_time(date(2026, 11, 16), 9)
AFTER_COMMENTS = BEGIN + timedelta(days=17)
PARKING = "电动自行车应当停放在小区集中停放点，不得在楼道、门厅停放和充电。充电时间不宜超过八小时。"
BLOCKS: list[dict[str, Any]] = [
    {"type": "chapter", "value": {"title": "总则"}, "id": "c1"},
    {"type": "article", "value": {"title": "目的", "text": "为了邻里和睦，制定本公约。"}, "id": "a1"},
    {"type": "chapter", "value": {"title": "停车与充电"}, "id": "c2"},
    {"type": "article", "value": {"title": "电动车停放与充电", "text": PARKING}, "id": "a2"},
    {"type": "article", "value": {"title": "机动车停放", "text": "机动车按划定车位停放。"}, "id": "a3"},
]


@dataclass
class World:
    """Who lives and works there, by key of the page."""

    here: Area
    estate: Area
    building: Area
    worker: User
    officer: User
    head: User
    owners_committee: User
    tang: User
    wu: User
    head_resident: User
    homes: list[Dwelling]
    page: AgreementPage

    @property
    def round(self) -> ConventionRound:
        """The newest round, read anew."""
        return ConventionRound.objects.filter(page=self.page).order_by("-pk")[0]

    @property
    def text(self) -> Proposal:
        """Its newest text."""
        text = latest(self.round)
        assert text is not None
        return text

    @property
    def numbers(self) -> list[str]:
        """The numbers and ids of the articles of the newest text."""
        return [f"{one['number']} {one['id']}" for one in articles(self.text.chapters)]

    def save(self, blocks: list[dict[str, Any]], user: User | None = None) -> AgreementPage:
        """Save a draft as somebody who has read the newest version."""
        page = AgreementPage.objects.get(pk=self.page.pk)
        return services.save_draft(user or self.worker, page, version_of(page), {"body": blocks})

    def suggest(
        self, user: User, article: str = "a2", text: str = "", reason: str = "去年冒烟"
    ) -> Suggestion:
        """A suggestion of a neighbour."""
        new = text or PARKING.replace("门厅停放", "门厅、电梯前室停放")
        return services.suggest(user, self.round.pk, article, new, reason)


@kept
def make_world(kind: str = "convention") -> World:
    """A neighbourhood with three homes in one building, its bodies, and a draft of five blocks at BEGIN."""
    with clock.at(BEGIN):
        here = factories.make_neighbourhood()
        estate = factories.make_estate(parent=here)
        building = factories.make_building(parent=estate)
        found_neighbourhood(here)
        homes = [factories.make_dwelling(within=building) for _ in range(3)]
        worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
        officer = factories.make_user(post=Post.OFFICER, neighbourhood=here)
        head = factories.make_user(post=Post.BUILDING_HEAD, neighbourhood=building)
        owners = factories.make_user(post=Post.OWNERS_COMMITTEE, neighbourhood=estate)
        tang, wu = (factories.make_resident(dwelling=home) for home in homes[:2])
        third = factories.make_resident(within=factories.make_building(parent=estate))
        for home, user in zip(homes, (tang, wu), strict=False):
            factories.make_ownership(factories.person_of(user), home)
        area = {"building": building, "covenant": estate}.get(kind, here)
        page = services.found(worker, here.slug, kind, "居民公约", area, "电动车起火以后")
        services.save_draft(worker, page, version_of(page), {"body": BLOCKS})
        page.refresh_from_db()
    return World(here, estate, building, worker, officer, head, owners, tang, wu, third, homes, page)


@stage
def commenting(kind: str = "convention") -> World:
    """The draft is open for comment since BEGIN."""
    world = make_world(kind)
    with clock.at(BEGIN):
        services.put_to_comment(world.worker, world.round.pk)
    return world


@stage
def answering(kind: str = "convention") -> World:
    """The comments are over."""
    world = commenting(kind)
    with clock.at(AFTER_COMMENTS):
        services.end_comments(world.round.pk)
    return world


@stage
def checking() -> World:
    """The subdistrict has the text."""
    world = answering()
    with clock.at(AFTER_COMMENTS):
        services.hand_in(world.worker, world.round.pk)
    return world


@stage
def tabled() -> World:
    """The text is checked."""
    world = checking()
    with clock.at(AFTER_COMMENTS):
        services.check(world.officer, world.round.pk, True, "无异议")
    return world


@stage
def voting_round() -> World:
    """The text is put to the residents' vote."""
    world = tabled()
    with clock.at(AFTER_COMMENTS):
        call(world)
    return world


@stage
def adopted() -> World:
    """Both residents agreed."""
    world = voting_round()
    cast_all(world)
    with clock.at(vote_over(world)):
        services.settle_vote(world.round.pk)
    return world


@stage
def in_force() -> World:
    """The first edition is in force."""
    world = adopted()
    with clock.at(vote_over(world)):
        services.file(world.worker, world.round.pk, "红街备〔2027〕3号", clock.today(), clock.today())
    return world


def call(world: World, electorate: str = "residents", user: User | None = None) -> ConventionRound:
    """Call the vote with twenty days' notice and a week's time."""
    opens = clock.now() + timedelta(days=25)
    closes = opens + timedelta(days=7)
    return services.call_vote(user or world.worker, world.round.pk, electorate, opens, closes)


def cast_all(world: World, choice: Choice = Choice.FOR) -> None:
    """Both neighbours vote, a day after the vote opened."""
    vote = world.round.vote
    assert vote is not None
    with clock.at(vote.opens_at + timedelta(days=1)):
        voting.freeze_roll(vote.pk)
        for user in (world.tang, world.wu):
            voting.cast(user, vote.pk, choice)


def vote_over(world: World) -> datetime:
    """A day after the vote closed."""
    vote = world.round.vote
    assert vote is not None
    return vote.closes_at + timedelta(days=1)


def edition_of(world: World) -> Edition:
    """The newest edition."""
    edition: Edition = Edition.objects.filter(page=world.page).order_by("-number")[0]
    return edition


def head_of_another_building(world: World) -> User:
    """The head of a building beside it."""
    beside = factories.make_building(parent=world.estate)
    return factories.make_user(post=Post.BUILDING_HEAD, neighbourhood=beside)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back: each example of a walk begins with the same tables."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def uuid() -> UUID:
    """A key of a form."""
    return uuid4()


def person(user: User) -> Person:
    """The person behind an account."""
    return factories.person_of(user)


__all__ = ["Http404", "BEGIN", "BLOCKS", "PARKING", "Role", "World", "make_world"]
