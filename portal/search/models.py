"""The index: a row for each thing that can be found, and what each database builds over its words."""

from __future__ import annotations

from django.db import models

from portal.community.models import Area
from portal.kit.constraints import WrittenConstraint

WORDS = "search_words"


class WordIndex(WrittenConstraint):
    """The words of `Document`: on PostgreSQL a column made of them with a GIN index, on SQLite an FTS5 table.

    The database keeps it in step with each row, by its generated column or by triggers, so that a copy of the
    rows brings the index with it.
    """

    def making(self, vendor: str) -> tuple[str, ...]:
        """The column or the table, and what keeps it in step."""
        return MAKE[vendor]

    def taking_off(self, vendor: str) -> tuple[str, ...]:
        """Without it."""
        return TAKE_OFF[vendor]


_OLD = "INSERT INTO search_words(search_words, rowid, tag, title, initials, body) VALUES ('delete', {old}); "
_GONE = _OLD.format(old="old.id, old.tag, old.title, old.initials, old.body")
_NEW = (
    "INSERT INTO search_words(rowid, tag, title, initials, body) "
    "VALUES (new.id, new.tag, new.title, new.initials, new.body); "
)
MAKE: dict[str, tuple[str, ...]] = {
    "postgresql": (
        "ALTER TABLE %(table)s ADD COLUMN words tsvector GENERATED ALWAYS AS ("
        "setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', initials), 'C') "
        "|| setweight(to_tsvector('simple', body), 'B')) STORED",
        "CREATE INDEX search_words ON %(table)s USING gin (words)",
    ),
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5(tag, title, initials, body, "
        "content='search_document', content_rowid='id', columnsize=0, prefix='1', tokenize='ascii')",
        f"CREATE TRIGGER search_words_new AFTER INSERT ON %(table)s BEGIN {_NEW}END",
        f"CREATE TRIGGER search_words_changed AFTER UPDATE ON %(table)s BEGIN {_GONE}{_NEW}END",
        f"CREATE TRIGGER search_words_gone AFTER DELETE ON %(table)s BEGIN {_GONE}END",
    ),
}
TAKE_OFF: dict[str, tuple[str, ...]] = {
    "postgresql": ("ALTER TABLE %(table)s DROP COLUMN words",),
    "sqlite": (
        "DROP TRIGGER IF EXISTS search_words_new",
        "DROP TRIGGER IF EXISTS search_words_changed",
        "DROP TRIGGER IF EXISTS search_words_gone",
        "DROP TABLE IF EXISTS search_words",
    ),
}


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
