"""What a database holds, counted; whether its records hold and its votes count as they were published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.query import QuerySet

from portal.community.models import Area, User
from portal.keeping import counted
from portal.record.models import Chain, Entry
from portal.record.services import all_chains, verify
from portal.record.verify import WORDS
from portal.voting import result
from portal.voting.models import Custody, Vote
from portal.voting.recount import fingerprint, recount, says

# Made anew from what it leads to, differently on each database.
SEARCH = "wagtailsearch"


@dataclass
class Proof:
    """What was checked, and each fault that was found."""

    chains: int = 0
    entries: int = 0
    votes: int = 0
    faults: list[str] = field(default_factory=list)

    def said(self) -> list[str]:
        """The same in words."""
        entries = "1 entry" if self.entries == 1 else f"{self.entries:,} entries"
        results = counted(self.votes, "published result") + (" was" if self.votes == 1 else " were")
        return [
            f"Record: {counted(self.chains, 'neighbourhood')}, {entries}; every chain was followed.",
            f"Votes: {results} counted again.",
            *self.faults,
        ]


def prove() -> Proof:
    """Follow every record and count every published vote again, in the database that is connected."""
    proof = Proof()
    for chain in sorted(all_chains()):
        checked = verify(chain)
        proof.chains, proof.entries = proof.chains + 1, proof.entries + checked.sound
        if checked.fault is not None:
            words = WORDS[checked.fault][0]
            proof.faults.append(f"The record of {chain} is broken at {checked.broken_at}: {words}.")
    for vote in published().select_related("neighbourhood").iterator(chunk_size=100):
        proof.votes += 1
        proof.faults += recounted(vote)
    return proof


def published() -> QuerySet[Vote]:
    """The votes whose result stands in the record."""
    return Vote.objects.exclude(counted_at=None).exclude(result_sha256="").order_by("pk")


def recounted(vote: Vote) -> Iterator[str]:
    """Why a published result is not what its ballots say."""
    named = f"The vote “{vote.title}” ({vote.public_id})"
    try:
        content = result.document(vote)
    except Entry.DoesNotExist:
        yield f"{named}: its entry in the record is missing."
        return
    yield from (f"{named}: {says(fault)}" for fault in recount(content)[2])
    if fingerprint(content) != vote.result_sha256:
        yield f"{named}: it is not the result whose SHA-256 was published."


def kept_models() -> list[type[models.Model]]:
    """A model for each table that holds something of its own."""
    found = apps.get_models(include_auto_created=True)
    kept = (model for model in found if model._meta.managed and not model._meta.proxy)
    return [model for model in kept if model._meta.app_label != SEARCH]


def rows_of(model: type[models.Model], alias: str = DEFAULT_DB_ALIAS) -> QuerySet[models.Model]:
    """All rows of a table, whatever its managers leave out."""
    return QuerySet(model, using=alias)


def rows(alias: str = DEFAULT_DB_ALIAS) -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.db_table: rows_of(model, alias).count() for model in kept_models()}


def count(table: str) -> int:
    """How many rows a table has, by its name: an older version's tables have no models here."""
    with connection.cursor() as cursor:
        cursor.execute(" ".join(["SELECT count(*) FROM", connection.ops.quote_name(table)]))
        return int(cursor.fetchone()[0])


def heads() -> dict[str, list[int | str]]:
    """How many entries each record has and the hash of its newest, to be compared with what others noted."""
    return {chain.slug: [chain.sequence, chain.hash] for chain in Chain.objects.order_by("slug")}


def holds_anything(alias: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether a database has more in it than its migrations bring: an account, a place, an entry."""
    there = set(connections[alias].introspection.table_names())
    own: tuple[type[models.Model], ...] = (User, Area, Entry)
    return any(model._meta.db_table in there and rows_of(model, alias).exists() for model in own)


def named_files() -> set[str]:
    """The files that rows name, as they are called below the folder of uploads."""
    found: set[str] = set()
    for model in kept_models():
        fields = [part.attname for part in model._meta.local_fields if isinstance(part, models.FileField)]
        for name in fields:
            found.update(map(str, rows_of(model).exclude(**{name: ""}).values_list(name, flat=True)))
    return found - {"None"}


def waiting_keys() -> set[str]:
    """The votes that cannot be counted without a key which the server keeps."""
    waiting = Vote.objects.filter(
        custody=Custody.SERVER, secret=True, counted_at=None, aborted_at=None, key_ready_at__isnull=False
    )
    return {str(public_id) for public_id in waiting.values_list("public_id", flat=True)}
