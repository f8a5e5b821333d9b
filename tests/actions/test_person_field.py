"""The one picker: a name, a room or a phone; homonyms are asked about; nobody of elsewhere is found."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.actions.fields import PersonField, find_in
from portal.community.finding import MOST, people_like
from portal.community.models import Area, Person, Post
from tests.factories import (
    make_appointment,
    make_building,
    make_dwelling,
    make_estate,
    make_neighbourhood,
    make_ownership,
    make_person,
    make_residency,
)

pytestmark = pytest.mark.django_db


class PickForm(forms.Form):
    who = PersonField(label="Who")
    note = forms.CharField(required=False)  # beside the picker

    def __init__(self, here: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = find_in(self, "who", here).seen


@pytest.fixture
def here() -> Area:
    return make_neighbourhood()


def neighbour(here: Area, name: str, building: str = "6号楼", room: str = "502", **more: Any) -> Person:
    """Somebody who lives here, in a building that is made where it is not there yet."""
    estate = Area.objects.filter(path__startswith=here.path, kind="estate").first() or make_estate(
        parent=here
    )
    block = Area.objects.filter(path__startswith=here.path, name=building).first()
    home = make_dwelling(within=block or make_building(parent=estate, name=building), room=room)
    person = make_person(real_name=name, **more)
    make_residency(person, home)
    return person


def asked(here: Area, who: str, **more: str) -> PickForm:
    form = PickForm(here, {"who": who, **more})
    form.is_valid()
    return form


def meant(form: PickForm) -> Person | None:
    return form.cleaned_data.get("who")


def code(form: PickForm) -> str:
    return str(form.errors.as_data()["who"][0].code)


@pytest.mark.parametrize(
    "words", ["王芳", " 王\u200b芳 ", "502", "6号楼 502", "6号楼502", "王芳 6号楼", "王芳 502"]
)
def test_whoever_is_surely_meant_is_taken(here: Area, words: str) -> None:
    person = neighbour(here, "王芳")
    neighbour(here, "王芳芳", "8号楼", "101")

    assert meant(asked(here, words)) == person


@pytest.mark.parametrize("words", ["13800000001", "138 0000 0001", "+86 138-0000-0001"])
def test_a_phone_finds_its_person_however_it_is_written(here: Area, words: str) -> None:
    person = neighbour(here, "王芳", phone="13800000001")

    assert meant(asked(here, words)) == person


def test_who_owns_or_holds_a_post_here_is_found(here: Area) -> None:
    owner, holder = make_person(real_name="李业主"), make_person(real_name="李经理")
    make_ownership(owner, make_dwelling(within=make_building(parent=make_estate(parent=here))))
    make_appointment(holder, Post.PROPERTY, here)

    assert [meant(asked(here, name)) for name in ("李业主", "李经理")] == [owner, holder]


def test_homonyms_are_asked_about_by_flat_and_never_by_phone(here: Area) -> None:
    first = neighbour(here, "王芳", phone="13800000001")
    second = neighbour(here, "王芳", "8号楼", "101", phone="13800000002")

    form = asked(here, "王芳", note="打过的字")
    page = str(form)

    assert code(form) == "several"
    for text in ("王芳 · 6号楼", "王芳 · 8号楼", f'value="{first.pk}"', f'value="{second.pk}"', "打过的字"):
        assert text in page
    assert page.count('name="who_pk"') == 2
    assert "1380000" not in page
    assert meant(asked(here, "王芳", who_pk=str(second.pk))) == second


def test_part_of_a_name_is_asked_about_even_where_it_leads_to_one(here: Area) -> None:
    person = neighbour(here, "欧阳秀英")

    form = asked(here, "秀")

    assert (code(form), form.seen) == ("several", [person])
    assert meant(asked(here, "秀", who_pk=str(person.pk))) == person


def test_a_choice_counts_only_among_those_the_words_lead_to(here: Area) -> None:
    neighbour(here, "王芳")
    neighbour(here, "王芳", "8号楼")
    other = neighbour(here, "李明", "9号楼")

    for forged in (str(other.pk), "0", "x", "9" * 40):
        assert code(asked(here, "王芳", who_pk=forged)) == "several"
    assert meant(asked(here, "李明", who_pk="0")) == other


@pytest.mark.parametrize("words", ["查无此人", "6号楼", "王芳 9号楼", "%", "1" * 90])
def test_nobody_is_said_with_what_to_try(here: Area, words: str) -> None:
    neighbour(here, "王芳")

    form = asked(here, words)

    assert code(form) == "nobody"
    assert "who_pk" not in str(form)


def test_nobody_of_another_neighbourhood_is_ever_found(here: Area) -> None:
    stranger = neighbour(make_neighbourhood(), "王芳", phone="13800000001")

    for words in ("王芳", "王", "502", "6号楼 502", "13800000001"):
        assert code(asked(here, words, who_pk=str(stranger.pk))) == "nobody"


def test_of_many_the_first_are_shown(here: Area) -> None:
    for number in range(MOST + 3):
        neighbour(here, f"王{number:02}", room=str(number))

    form = asked(here, "王")

    assert (code(form), len(form.seen)) == ("many", MOST)


def test_nothing_typed_is_nobody_where_the_field_may_stay_empty(here: Area) -> None:
    form = PickForm(here, {"who": " "})
    form.fields["who"].required = False

    assert form.is_valid()
    assert meant(form) is None


def test_one_forms_candidates_are_not_the_next_ones(here: Area) -> None:
    neighbour(here, "王芳")
    neighbour(here, "王芳", "8号楼")

    assert "who_pk" in str(asked(here, "王芳"))
    assert "who_pk" not in str(PickForm(here))
    assert PickForm(here).seen == []


def test_the_questions_to_the_database_do_not_grow(here: Area) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            str(asked(here, "王"))
        return len(queries)

    neighbour(here, "王一")
    few = count()
    for number in range(6):
        neighbour(here, f"王{number}", f"{number}号楼")

    assert count() == few <= 4


@pytest.mark.parametrize(
    ("registered", "searched"),
    [
        ("王芳", "王 芳"),
        ("王芳", "王　芳 6号楼"),
        ("王芳", "王\u200b芳 6号楼502"),
        ("John Smith", "JOHN  SMITH"),
        ("John Smith", "john smith 6号楼"),
        ("买买提·吐尔逊", "买买提•吐尔逊"),
        ("买买提·吐尔逊", "买买提 ・ 吐尔逊 6号楼 502"),
        ("欧阳　春华", "阳春"),
    ],
)
def test_a_name_is_found_however_it_is_written(here: Area, registered: str, searched: str) -> None:
    person = neighbour(here, registered)
    neighbour(here, "李四", room="503")
    found = people_like(here, searched).people
    assert [one.pk for one in found] == [person.pk]
    assert found[0].real_name == registered
