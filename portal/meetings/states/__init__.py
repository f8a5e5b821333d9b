"""The lives of the kinds of meetings as data, one table each: tracks and the diagrams in docs/ are drawn from here."""

from __future__ import annotations
