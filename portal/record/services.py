"""Writing the record: beside the change, or not at all. Reading it back, exporting it, checking it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.db import models, transaction
from django.urls import reverse

from portal.kit import clock
from portal.record.hashing import Checked, check, check_head, digest
from portal.record.models import Chain, Entry
from portal.record.wording import subject_url, words

BATCH = 1000


@dataclass(frozen=True)
class Line:
    """An entry as a reader sees it: when, what, by whom, and where it can be checked."""

    when: datetime
    text: str
    who: str
    title: str
    sequence: int
    url: str
    subject_url: str


def begin(chain: str) -> None:
    """Open the record of a new neighbourhood, so that its page is there before anything happened."""
    Chain.objects.get_or_create(pk=chain)


def key(thing: models.Model) -> str:
    """The name under which record, duties and notices know a thing: `model:pk`, such as `topic:12`."""
    return f"{thing._meta.model_name}:{thing.pk}"


def write(
    chain: str,
    action: str,
    *,
    actor: str,
    subject: models.Model | str,
    title: str = "",
    data: dict[str, Any] | None = None,
) -> Entry:
    """Append one entry to a neighbourhood's record, inside the transaction of the change it tells of.

    `chain` is the neighbourhood's slug, `actor` the name the public may read, `data` plain JSON
    without personal data and without floats (ValueError), which no two databases keep alike.
    Raises RuntimeError outside a transaction: an entry may never outlive a change that was rolled back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record.write needs the transaction of the change it tells of")
    head = _locked(chain)
    entry = Entry(
        chain=head,
        sequence=head.sequence + 1,
        at=clock.now(),
        actor=actor[:120],
        action=action,
        subject=subject if isinstance(subject, str) else key(subject),
        title=title[:200],
        data=_plain(data or {}),
        previous=head.hash,
    )
    entry.hash = digest(entry_body(entry))
    entry.save()
    Chain.objects.filter(pk=chain).update(sequence=entry.sequence, hash=entry.hash)
    return entry


def entry_body(entry: Entry) -> dict[str, Any]:
    """The hashed content of an entry, as the export publishes it."""
    return {
        "chain": entry.chain_id,
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "title": entry.title,
        "data": entry.data,
        "previous": entry.previous,
    }


def line(entry: Entry) -> Line:
    """An entry in the reader's language."""
    return Line(
        when=entry.at,
        text=words(entry.action, entry.data),
        who=entry.actor,
        title=entry.title,
        sequence=entry.sequence,
        url=reverse("record:entry", args=[entry.chain_id, entry.sequence]),
        subject_url=subject_url(entry.subject),
    )


def history(subjects: Iterable[str], limit: int = 50, *, but: Collection[str] = ()) -> list[Line]:
    """What happened to subjects, newest first, for components/_timeline.html; `but`: actions left out. One query."""
    return [line(entry) for entry in Entry.objects.about(subjects).exclude(action__in=but)[:limit]]


def export(chain: str, after: int = 0, until: int | None = None) -> Iterator[str]:
    """A record as JSON lines, a thousand at a time; a line is an entry's body and its hash.

    The whole of it, or the entries after one number until another, that one included.
    """
    end = {} if until is None else {"sequence__lte": until}
    while batch := list(Entry.objects.export(chain).filter(sequence__gt=after, **end)[:BATCH]):
        yield "".join(f"{json.dumps(row(entry), ensure_ascii=False)}\n" for entry in batch)
        after = batch[-1].sequence


def row(entry: Entry) -> dict[str, Any]:
    """An entry as the export publishes it."""
    return {**entry_body(entry), "hash": entry.hash}


def all_chains() -> set[str]:
    """Every record there is, also one whose head was taken away."""
    return {
        *Chain.objects.values_list("pk", flat=True),
        *Entry.objects.order_by().values_list("chain", flat=True).distinct(),
    }


def verify(chain: str) -> Checked:
    """Check a neighbourhood's whole record against itself and its head."""
    head = Chain.objects.filter(pk=chain).first() or Chain(slug=chain)
    entries = Entry.objects.export(chain).iterator(chunk_size=BATCH)
    return check_head(check(row(entry) for entry in entries), head.hash, head.sequence)


def _locked(chain: str) -> Chain:
    heads = Chain.objects.select_for_update()
    return heads.filter(pk=chain).first() or _begun(chain)


def _begun(chain: str) -> Chain:
    begin(chain)
    return Chain.objects.select_for_update().get(pk=chain)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """What the database will give back, so that the hash is of what is kept."""
    return dict(json.loads(json.dumps(data), parse_float=_no_floats))


def _no_floats(text: str) -> NoReturn:
    raise ValueError(f"no floats in the record: {text}")
