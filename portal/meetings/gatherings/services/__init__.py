"""The only writers of gatherings: up to the day (calling), the day and after (holding), what a patrol found."""

from __future__ import annotations
