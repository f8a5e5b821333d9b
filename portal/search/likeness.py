"""Which things of a kind share the most pieces with a few words: counted in the index, all of them at once."""

from __future__ import annotations

from django.db import connection

from portal.community.models import Area
from portal.search.grams import normal, pieces, runs
from portal.search.models import tag_of
from portal.search.words import Words, numbers, others

MOST_PIECES = 60


def pieces_of(text: str) -> frozenset[str]:
    """The different pieces of a text, of each of its words alone."""
    return frozenset(piece for word in text.split() for run in runs(word) for piece in pieces(run))


def meant(text: str) -> list[frozenset[str]]:
    """The pieces of a text as it stands, and of each of its forms with words of the same meaning."""
    return [pieces_of(text), *(pieces_of(other) for other in others(normal(text)))]


def sharing(kind: str, here: Area, text: str, most: int) -> dict[int, int]:
    """The things of a kind that share the most pieces with a text, by key, each with how many they are."""
    said = [word for run in runs(text) for word in (run, *others(run))]
    wanted = list(dict.fromkeys(piece for run in said for piece in pieces(run) if len(piece) > 1))
    if not wanted:
        return {}
    parts = [numbers(Words(((piece,),)), tag_of(kind, here.pk)) for piece in wanted[:MOST_PIECES]]
    each = " UNION ALL ".join(sql for sql, _values in parts)
    counted = f"SELECT number, count(*) FROM ({each}) shared GROUP BY number ORDER BY 2 DESC, 1 DESC LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(counted, [value for _sql, values in parts for value in values] + [most])
        return dict(cursor.fetchall())
