"""Writing the record: beside the change, or not at all."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from portal.record import clock
from portal.record.hashing import digest
from portal.record.models import Chain, Entry


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

    `chain` is the neighbourhood's slug, `actor` the name the public may read, `data` plain JSON without personal data.
    Raises RuntimeError outside a transaction: an entry may never outlive a change that was rolled back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record.write needs the transaction of the change it tells of")
    head = _locked(chain)
    entry = Entry(
        chain=head,
        sequence=head.sequence + 1,
        at=clock.now(),
        actor=actor,
        action=action,
        subject=subject if isinstance(subject, str) else key(subject),
        title=title[:200],
        data=data or {},
        previous=head.hash,
    )
    entry.hash = digest(entry_body(entry))
    entry.save(force_insert=True)
    Chain.objects.filter(pk=chain).update(sequence=entry.sequence, hash=entry.hash)
    return entry


def entry_body(entry: Entry) -> dict[str, Any]:
    """The hashed content of an entry, as the export publishes it."""
    return {
        "chain": entry.chain_id,
        "sequence": entry.sequence,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "title": entry.title,
        "data": entry.data,
        "previous": entry.previous,
    }


def _locked(chain: str) -> Chain:
    Chain.objects.get_or_create(pk=chain)
    return Chain.objects.select_for_update().get(pk=chain)
