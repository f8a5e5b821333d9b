"""Whom somebody answers for, as the rooms of the course and of paper know it."""

from __future__ import annotations

from portal.surveys.course.frame import unit_for
from portal.surveys.paper.codes import unit_of

__all__ = ["unit_for", "unit_of"]
