"""The diagrams in docs/ say what the code says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

import portal.urls as _pages  # noqa: F401 - some lives are declared beside the pages of their things
from portal.actions.lifecycles import LIFE_CYCLES, LifeCycle
from portal.diagrams import drawn, life_diagram, names
from portal.meetings.states.hearing import LIFE

DOCS = sorted(Path(settings.BASE_DIR, "docs").rglob("*.md"))


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_a_page_shows_what_would_be_drawn_now(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert drawn(text) == text, "run: manage.py draw_docs"


def test_every_life_and_every_app_with_models_is_drawn() -> None:
    pages = [path.read_text(encoding="utf-8") for path in DOCS]
    own = {app.label for app in apps.get_app_configs() if app.name.startswith("portal.")}

    assert set().union(*(names(page, "states") for page in pages)) == set(LIFE_CYCLES)
    assert set().union(*(names(page, "models") for page in pages)) == {
        label for label in own if list(apps.get_app_config(label).get_models())
    }


@pytest.mark.parametrize("life", LIFE_CYCLES.values(), ids=LIFE_CYCLES)
def test_every_state_has_its_row_and_can_be_reached(life: LifeCycle[Any]) -> None:
    states = set(type(life.first))
    waiting = [life.first, *life.also_first]
    reached = set(waiting)
    while waiting:
        for state in life.next[waiting.pop()] - reached:
            reached.add(state)
            waiting.append(state)

    assert set(life.next) == states
    assert reached == states


def test_a_diagram_has_every_step_of_the_table() -> None:
    lines = life_diagram(LIFE).splitlines()

    steps = sum(len(following) or 1 for following in LIFE.next.values())
    assert lines[:3] == ["```mermaid", "stateDiagram-v2", "    [*] --> planned"]
    assert len(lines) == 4 + steps
    assert lines.count("    published --> [*]") == 1


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(KeyError):
        drawn("<!-- states:nothing --><!-- /states -->")
