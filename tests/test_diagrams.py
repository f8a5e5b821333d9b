"""The life cycles drawn in the docs are those of the tables."""

from __future__ import annotations

from django.conf import settings

from portal.diagrams import drawn, life_diagram, names
from portal.meetings.states import LIFE, NEXT


def test_a_diagram_has_every_step_of_the_table() -> None:
    lines = life_diagram(LIFE).splitlines()

    steps = sum(len(following) or 1 for following in NEXT.values())
    assert lines[:3] == ["```mermaid", "stateDiagram-v2", "    [*] --> planned"]
    assert len(lines) == 4 + steps
    assert lines.count("    published --> [*]") == 1


def test_the_diagrams_in_the_docs_are_drawn_from_the_tables() -> None:
    page = (settings.BASE_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert names(page, "states") == {"topic", "hearing"}
    assert drawn(page) == page
