"""Ages on a day, from the one day that is kept of a person: the day from which somebody is 18. Pure functions."""

from __future__ import annotations

from datetime import date

ADULT = 18


def age_on(adult_on: date, day: date) -> int:
    """Whole years of age on a day; 0 for a day before the birth."""
    birthday_past = (day.month, day.day) >= (adult_on.month, adult_on.day)
    return max(0, ADULT + day.year - adult_on.year - (0 if birthday_past else 1))


def fits(age: int, least: int, most: int | None) -> bool:
    """Whether an age lies between the least and the most, both included; no most: no upper end."""
    return least <= age and (most is None or age <= most)
