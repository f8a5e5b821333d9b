"""The only writers of a summons: the committee (writing, calling), the department (answering), and time (chasing)."""

from __future__ import annotations
