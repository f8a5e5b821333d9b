"""Who runs the portal where: the tables a second time, by hand, and that an operator sees nobody's data."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from portal.administration import actions
from portal.administration.permissions import AREAS, NEEDS, RULE_NEEDS, RULES, areas_run_by
from portal.administration.states import AreaState, RuleState
from portal.community.models import Area, LegalStatus, Post, RuleSet, User
from portal.community.permissions import Role, forget_roles, operates, roles_in
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.register.permissions import DESK, operator_gives, posts_to_give
from portal.register.permissions import NEEDS as DESK_NEEDS
from portal.register.services import posts
from portal.register.services.posts import Term
from tests import factories
from tests.administration.factories import District, make_district

pytestmark = pytest.mark.django_db

# What can be done to a place in which of its states, by whoever runs the portal there and by nobody else.
PLACES = {
    "see": {"in_use", "retired"},
    "add": {"in_use"},
    "rename": {"in_use"},
    "move": {"in_use"},
    "retire": {"in_use"},
    "bring_back": {"retired"},
    "give_post": {"in_use"},
    "set_rule": {"in_use"},
}
RUN = {"operator", "operator of the subdistrict"}
# To whom a place is unknown, it is so before the act is asked about.
TRIED = {"see", "retire"}
OWN_RULES = {"end": {"open"}, "hold_on": {"ended"}}
# Whom an operator gives a post, by the level of the place.
GIVES = {
    "district": ["officer", "auditor", "editor", "operator"],
    "subdistrict": ["officer", "auditor", "editor", "operator"],
    "neighbourhood": ["director", "officer", "auditor", "editor"],
    "estate": [],
    "building": [],
}


def people(world: District) -> dict[str, User]:
    """Everybody with a role in the first neighbourhood, and operators of other places."""
    roles = [role for role in Role if role.value in Post.values and role is not Role.OPERATOR]
    found = {role.value: factories.make_user(role, neighbourhood=world.here) for role in roles}
    found["resident"] = factories.make_user(Role.RESIDENT, neighbourhood=world.here)
    found["district officer"] = factories.make_user(post=Post.OFFICER, neighbourhood=world.district)
    found["operator"] = world.operator
    found["operator of the subdistrict"] = factories.make_user(
        post=Post.OPERATOR, neighbourhood=world.subdistrict
    )
    found["operator elsewhere"] = factories.make_user(post=Post.OPERATOR)
    return found


def test_only_whoever_runs_the_portal_there_knows_the_pages_of_a_place() -> None:
    world = make_district()
    asked = {name: operates(user, world.here) for name, user in people(world).items()}

    assert {name for name, runs in asked.items() if runs} == RUN
    assert not operates(AnonymousUser(), world.here)


def test_what_can_be_done_to_a_place_is_what_the_table_says() -> None:
    world = make_district()
    everybody = people(world)
    wrong = []
    for state in AreaState:
        Area.objects.filter(pk=world.here.pk).update(
            retired_on=clock.today() if state is AreaState.RETIRED else None
        )
        for action in NEEDS:
            for name, user in everybody.items():
                runs = name in RUN
                if not runs and action not in TRIED:
                    continue
                expected = ("done" if state.value in PLACES[action] else "refused") if runs else "unknown"
                try:
                    AREAS.take(user, world.here.pk, action)
                    found = "done"
                except NotPossible:
                    found = "refused"
                except Http404:
                    found = "unknown"
                if found != expected:
                    wrong.append((state, action, name, found))

    assert wrong == []
    assert set(NEEDS) == set(PLACES)


def test_an_operator_of_a_part_does_not_know_what_lies_around_it() -> None:
    world = make_district()
    user = factories.make_user(post=Post.OPERATOR, neighbourhood=world.subdistrict)

    with pytest.raises(Http404):
        AREAS.take(user, world.district.pk, "see")
    assert set(areas_run_by(user)) == set(Area.objects.filter(path__startswith=world.subdistrict.path))


def test_rules_of_a_place_are_ended_by_whoever_runs_the_portal_there() -> None:
    world = make_district()
    today = clock.today()
    rule = RuleSet.objects.create(
        area=world.here,
        key="topic.discussion_days",
        value=10,
        valid_from=today,
        source="-",
        status=LegalStatus.PRACTICE,
    )
    shipped = RuleSet.objects.filter(area=None).first()
    everybody = people(world)
    wrong = []
    for state in RuleState:
        RuleSet.objects.filter(pk=rule.pk).update(valid_to=today if state is RuleState.ENDED else None)
        for action in RULE_NEEDS:
            for name, user in everybody.items():
                runs = name in RUN
                expected = ("done" if state.value in OWN_RULES[action] else "refused") if runs else "unknown"
                try:
                    RULES.take(user, rule.pk, action)
                    found = "done"
                except NotPossible:
                    found = "refused"
                except Http404:
                    found = "unknown"
                if found != expected:
                    wrong.append((state, action, name, found))

    assert wrong == []
    assert set(RULE_NEEDS) == set(OWN_RULES) == set(actions.OWN_RULES)
    assert shipped is not None
    with pytest.raises(Http404):
        RULES.take(world.operator, shipped.pk, "end")


def test_an_operator_gives_exactly_these_posts() -> None:
    world = make_district()
    levels = {area.kind: area for area in (world.district, world.subdistrict, world.here)}

    offered = {
        kind: [post.value for post in posts_to_give(world.operator, area)] for kind, area in levels.items()
    }

    given = {
        area.kind: [p.value for p in operator_gives(area)]
        for area in (*levels.values(), world.estate, world.building)
    }
    assert given == GIVES
    assert set(offered["neighbourhood"]) >= set(GIVES["neighbourhood"])


@pytest.mark.parametrize("post", [Post.DIRECTOR, Post.OPERATOR, Post.WORKER])
def test_a_post_is_held_only_for_the_levels_that_have_it(post: Post) -> None:
    world = make_district()
    fits = {Post.DIRECTOR: {"neighbourhood"}, Post.OPERATOR: {"district", "subdistrict"}}
    person = factories.make_person()
    found = set()
    for area in (world.district, world.subdistrict, world.here, world.estate, world.building):
        try:
            posts.appoint(None, person, Term(post, area, "称谓", clock.today()))
        except NotPossible:
            continue
        found.add(area.kind)

    everything = {
        area.kind for area in (world.district, world.subdistrict, world.here, world.estate, world.building)
    }
    assert found == fits.get(post, everything)


def test_no_officer_of_a_wider_area_gives_posts_there() -> None:
    world = make_district()
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=world.district)

    assert posts_to_give(officer, world.district) == []
    with pytest.raises(PermissionDenied):
        posts.appoint(
            officer, factories.make_person(), Term(Post.OFFICER, world.district, "街道办", clock.today())
        )


def test_an_operator_is_admitted_to_nothing_at_the_desk_but_the_contact_details() -> None:
    world = make_district()

    admitted = {action for action in DESK_NEEDS if DESK.may(world.operator, action, world.here)}

    assert admitted == {"contact"}
    assert roles_in(world.operator, world.here) == {Role.VISITOR, Role.ACCOUNT, Role.OPERATOR}


PERSONAL = """register:people register:dwellings register:persons register:register register:letters register:roster
register:imports register:looks register:posts register:roster_export duties:workbench pages:edit_index
volunteers:certificate_desk volunteers:certificate_for voting:call"""


def test_an_operator_opens_no_page_with_peoples_data(client: Client) -> None:
    world = make_district()
    client.force_login(world.operator)

    asked = {name: client.get(reverse(name, args=[world.here.slug])).status_code for name in PERSONAL.split()}

    assert {name for name, status in asked.items() if status not in {403, 404}} == set()


def test_without_a_second_factor_nobody_runs_the_portal(settings: Any) -> None:
    world = make_district()
    admin = factories.make_account()
    admin.is_superuser = True
    admin.save()
    assert operates(admin, world.district)

    settings.STAFF_SECOND_FACTOR = True
    for user in (world.operator, admin):
        forget_roles(user)
        assert not operates(user, world.here)
        assert Role.OPERATOR not in roles_in(user, world.here)
