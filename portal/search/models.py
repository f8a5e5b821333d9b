"""The index: a row for each thing that can be found, and what each database builds over its words."""

from __future__ import annotations

from django.db import models

from portal.community.models import Area
from portal.kit.constraints import Words

WORDS = "search_words"


class WordIndex(Words):
    """The words of `Document`: those of the title weigh most, initials least."""

    content = "search_document"
    columns = ("tag", "title", "initials", "body")
    vector = (
        "words",
        "setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', initials), 'C') "
        "|| setweight(to_tsvector('simple', body), 'B')",
    )


class Document(models.Model):
    """What one thing is found by, as pieces (portal.search.grams); of no use without the thing itself.

    `tag` is its kind and neighbourhood in one word, by which an index begins. A newer thing has a greater key.
    """

    kind = models.CharField(max_length=20)
    number = models.PositiveBigIntegerField(help_text="key of the thing among its kind")
    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+")
    tag = models.CharField(max_length=40)
    title = models.TextField(blank=True)
    initials = models.TextField(blank=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="search_document_once"),
            WordIndex(name=WORDS),
        ]
        indexes = [models.Index(fields=["tag", "id"], name="search_document_tag")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"


def tag_of(kind: str, neighbourhood: int) -> str:
    """The word in which a kind and a neighbourhood's key are one."""
    return f"{kind}{neighbourhood}"
