"""What rooms show on a page they share: their buttons and parts, each in its place."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Model
from django.test import RequestFactory

from portal.actions.actions import Offer
from portal.actions.shelves import FIRST, Panel, Shelf
from portal.community.models import Area


def shelf_of(*panels: Panel[Area]) -> Shelf[Area]:
    shelf: Shelf[Area] = Shelf()
    for panel in panels:
        shelf.register_panel(panel)
    return shelf


def shows(said: Any) -> Any:
    return lambda request, thing: said


def test_parts_stand_in_their_places_and_what_has_nothing_to_show_is_left_out() -> None:
    shelf = shelf_of(
        Panel("late.html", shows({"n": 1}), place=60),
        Panel("office.html", shows({}), place=1, staff=True),
        Panel("on_top.html", shows({}), place=FIRST - 1),
        Panel("below.html", shows({}), place=FIRST),
        Panel("none.html", shows(None), place=2),
    )

    parts = shelf.parts_on(RequestFactory().get("/"), Area())

    assert parts == {
        "first": [("on_top.html", {})],
        "panels": [("below.html", {}), ("late.html", {"n": 1})],
        "office": [("office.html", {})],
    }


def test_buttons_come_room_by_room_each_asked_about_this_very_thing() -> None:
    shelf, thing = shelf_of(), Area(name="里仁")
    asked: list[Model] = []

    def room(name: str) -> Any:
        def offers(_request: Any, about: Model) -> list[Offer]:
            asked.append(about)
            return [cast("Offer", name)]

        return offers

    shelf.register_offers(room("first"))
    shelf.register_offers(room("second"))

    assert shelf.offers_on(RequestFactory().get("/"), thing) == ["first", "second"]
    assert all(about is thing for about in asked)


def test_each_page_has_a_shelf_of_its_own() -> None:
    one, other = shelf_of(Panel("one.html", shows({}))), shelf_of()

    assert one.parts_on(RequestFactory().get("/"), Area())["panels"] == [("one.html", {})]
    assert other.parts_on(RequestFactory().get("/"), Area())["panels"] == []
